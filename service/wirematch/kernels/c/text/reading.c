/* Folds a Latin text, cuts it into words and looks each up; the kernel of wirematch.text.normalize and wirematch.text.words,
 * for texts in which every character folds into a single one.
 */
#include "room.h"
#include "text/folding.h"

EXPORTED size_t wirematch_characters(void) { return CHARACTERS; }

/* The first position from `at` whose bit equals `wanted`; the text's size if there is none. */
static inline size_t next_place(const Folded *text, size_t at, bool wanted) {
    if (at >= text->size) return text->size;
    uint64_t turned = wanted ? 0 : ~UINT64_C(0);
    size_t block = at >> 6, last = (text->size - 1) >> 6;
    uint64_t bits = (text->wordly[block] ^ turned) >> (at & 63) << (at & 63);
    while (!bits && block < last) bits = text->wordly[++block] ^ turned;
    if (!bits) return text->size;
    size_t found = (block << 6) + (size_t)__builtin_ctzll(bits);
    return found < text->size ? found : text->size;
}

static size_t run_of(const Folded *text, size_t at, uint8_t kinds) {
    while (at < text->size && text->kinds[at] & kinds) at++;
    return at;
}

static inline bool is(const Folded *text, size_t at, uint8_t letter) {
    return at < text->size && text->letters[at] == letter;
}

static inline bool of_kind(const Folded *text, size_t at, uint8_t kinds) {
    return at < text->size && text->kinds[at] & kinds;
}

/* A word, and a character within it that is skipped, if any: "1,200" is "1200", "u.s.'s" is "us". */
typedef struct {
    size_t start, end, form_end;
    uint8_t passed_over;
} Piece;

static size_t after_letter(const Folded *text, size_t at) {
    do at++;
    while (of_kind(text, at, FURTHER));
    return at;
}

/* The end of "u.s." and the like, at least two letters, each followed by a full stop; else `at`. */
static size_t end_of_dotted(const Folded *text, size_t at) {
    size_t end = at, count = 0;
    while (of_kind(text, end, LETTER)) {
        size_t next = after_letter(text, end);
        if (!is(text, next, '.')) break;
        end = next + 1;
        count++;
    }
    return count >= 2 ? end : at;
}

/* The word that begins at `at` with a letter or digit; the alternatives of wirematch.text.words, in their order. */
static inline Piece piece_at(const Folded *text, size_t at) {
    if (text->kinds[at] & DIGIT) {
        size_t end = run_of(text, at, DIGIT);
        uint8_t passed_over = 0;
        while ((is(text, end, '.') || is(text, end, ',')) && of_kind(text, end + 1, DIGIT)) {
            passed_over |= text->letters[end] == ',' ? ',' : 0;
            end = run_of(text, end + 1, DIGIT);
        }
        return (Piece){at, end, end, passed_over};
    }
    size_t end = next_place(text, at, false);
    if (is(text, end, '.')) {
        size_t dotted = end_of_dotted(text, at);
        if (dotted > at) {
            bool possessive = is(text, dotted, '\'') && is(text, dotted + 1, 's');
            return (Piece){at, dotted + (possessive ? 2 : 0), dotted, '.'};
        }
    }
    if (is(text, end, '\'') && of_kind(text, end + 1, LETTER)) end = run_of(text, end + 1, LETTER);
    return (Piece){at, end, end, 0};
}

/* Writes the word's form, padded with zeros; returns its size, or 0 if there is no room. */
static size_t spell(const Folded *text, Piece piece, uint8_t *form) {
    size_t size = 0;
    for (size_t at = piece.start; at < piece.form_end; at++) {
        if (text->letters[at] == piece.passed_over) continue;
        if (size == LONGEST_WORD) return 0;
        form[size++] = text->letters[at];
    }
    memset(form + size, 0, KEY_BYTES);
    return size;
}

static bool note_unknown(Reading *out, const uint8_t *form, size_t size) {
    if (out->unknown_room - out->unknown_size < size + 1) return false;
    memcpy(out->unknown + out->unknown_size, form, size);
    out->unknown_size += size;
    out->unknown[out->unknown_size++] = 0;
    return true;
}

/* A word being looked up. */
typedef struct {
    const uint8_t *form;
    size_t size;
    Key key;
    uint32_t place; /* its place in the hash table */
    uint8_t spelled[LONGEST_WORD + KEY_BYTES];
} Sought;

enum { TOGETHER = 8, GROUPS = 4 };

/* Words are looked up in groups, because the vocabulary exceeds the near caches: the slots of a group are prefetched while the
 * next words are cut, then its words, and then these are compared. */
static void call_up(const Vocabulary *vocabulary, const Sought *sought, size_t count) {
    for (size_t at = 0; at < count; at++) call_for_word(vocabulary, sought[at].place);
}

/* False if there is no room for the unknown words. */
static bool look_up(const Vocabulary *vocabulary, const Sought *sought, size_t count, int32_t *numbers, Reading *out) {
    for (size_t at = 0; at < count; at++) {
        const Sought *one = &sought[at];
        numbers[at] = find_from(vocabulary, one->key, one->place, one->form, one->size);
        if (numbers[at] < 0 && !note_unknown(out, one->form, one->size)) return false;
    }
    return true;
}

static size_t smaller(size_t one, size_t other) { return one < other ? one : other; }

static int64_t cut(const Vocabulary *vocabulary, const Folded *text, Reading *out) {
    size_t count = 0, called_up = 0, looked_up = 0;
    Sought groups[GROUPS][TOGETHER];
    for (size_t at = next_place(text, 0, true); at < text->size;) {
        Piece piece = piece_at(text, at);
        Sought *one = &groups[count / TOGETHER % GROUPS][count % TOGETHER];
        one->form = text->letters + at;
        one->size = piece.form_end - at;
        if (piece.passed_over) {
            one->form = one->spelled;
            one->size = spell(text, piece, one->spelled);
        }
        if (!one->size || one->size > LONGEST_WORD || count == out->room) return NOT_READABLE;
        one->key = key_of(one->form, one->size);
        one->place = place_of_word(one->key, one->form, one->size);
        __builtin_prefetch(&vocabulary->slots[slot_after(one->place, 0)]);
        out->starts[count] = (int32_t)at;
        out->ends[count] = (int32_t)piece.end;
        out->capitals[count++] = (text->kinds[at] & CAPITAL) != 0;
        at = next_place(text, piece.end, true);
        if (count % TOGETHER || count == TOGETHER) continue;
        call_up(vocabulary, groups[called_up / TOGETHER % GROUPS], TOGETHER);
        called_up += TOGETHER;
        if (called_up <= 2 * TOGETHER) continue;
        const Sought *group = groups[looked_up / TOGETHER % GROUPS];
        if (!look_up(vocabulary, group, TOGETHER, out->numbers + looked_up, out)) return NOT_READABLE;
        looked_up += TOGETHER;
    }
    for (; called_up < count; called_up += TOGETHER)
        call_up(vocabulary, groups[called_up / TOGETHER % GROUPS], smaller(count - called_up, TOGETHER));
    for (; looked_up < count; looked_up += TOGETHER) {
        const Sought *group = groups[looked_up / TOGETHER % GROUPS];
        size_t left = smaller(count - looked_up, TOGETHER);
        if (!look_up(vocabulary, group, left, out->numbers + looked_up, out)) return NOT_READABLE;
    }
    return (int64_t)count;
}

/* Converts byte positions to code points; they are ascending, each start before its end. */
static void count_characters(const Folded *text, Reading *out, size_t count) {
    size_t at = 0;
    int32_t characters = 0;
    for (size_t word = 0; word < count; word++) {
        int32_t *places[] = {&out->starts[word], &out->ends[word]};
        for (int each = 0; each < 2; each++) {
            for (; at < (size_t)*places[each]; at++) characters += !(text->kinds[at] & FURTHER);
            *places[each] = characters;
        }
    }
}

EXPORTED int64_t wirematch_read(const Vocabulary *vocabulary, const Character *table, const uint8_t *text, size_t size,
                                Reading *out) {
    if (size > INT32_MAX / 4) return NOT_READABLE;
    out->unknown_size = 0;
    /* No character needs more than three folded bytes for each submitted byte; keys are read beyond the end. */
    size_t most = 3 * size + KEY_BYTES, blocks = (3 * size >> 6) + 1;
    NearRoom room;
    if (!make_near_room(&room, blocks + (2 * most >> 3) + 1)) return NO_MEMORY;
    memset(room.numbers, 0, blocks * sizeof *room.numbers);
    uint8_t *letters = (uint8_t *)(room.numbers + blocks);
    Folded folded = {letters, letters + most, room.numbers, 0, true};
    int64_t found = NOT_READABLE;
    if (fold(table, text, size, &folded)) {
        memset(folded.letters + folded.size, 0, KEY_BYTES);
        found = cut(vocabulary, &folded, out);
        if (found > 0 && !folded.ascii) count_characters(&folded, out, (size_t)found);
    }
    leave_near_room(&room);
    return found;
}
