/* A quick test whether a text may contain page furniture, as wirematch.text.furniture finds it: by the words with which such
 * lines begin, end and are made. Most texts contain none, and then Python need not look at their lines.
 */
#include "kernel.h"

enum { LONGEST_LINE = 160, LONGEST_NOTE = 400, LONGEST_CLOSING = 900, SHORTEST_LIST = 4 };
enum { MOST_SHORT_LINES = 64 };

/* Words, each terminated by a zero, with another zero after the last one; in lower case but for the last of a gallery's item. */
typedef struct {
    const char *first_of_line; /* first words of lines that may be furniture, decoration aside */
    const char *last_of_line;
    const char *first_of_note;
    const char *first_two_of_note; /* first and second word, with a blank between them */
    const char *first_and_held_by_note; /* first word, and from the blank on what stands anywhere in the line */
    const char *held_by_note, *held_by_line, *last_of_gallery_item;
    const char *author, *copula, *of_author; /* said of an author: the first alone, the last after a copula */
    const char *reached, *of_poll;           /* where authors are reached; how a poll was conducted */
} FurnitureWords;

/* A line without the blanks around it, and its length in characters. */
typedef struct {
    const uint8_t *start, *end;
    size_t length;
} Line;

typedef struct {
    Line shorts[MOST_SHORT_LINES]; /* possible headlines and their repetitions */
    size_t signs[MOST_SHORT_LINES]; /* letters and digits in each */
    uint64_t hashes[MOST_SHORT_LINES]; /* of each; zero until it is needed */
    size_t short_count, lines, items; /* items: consecutive lines that may be list items */
    Line last;
} Page;

static bool is_space(uint8_t byte) { return byte == ' ' || byte == '\t'; }
static uint8_t small(uint8_t byte) { return byte >= 'A' && byte <= 'Z' ? byte + 32 : byte; }
static bool is_letter(uint8_t byte) { return small(byte) >= 'a' && small(byte) <= 'z'; }
static bool is_number(uint8_t byte) { return byte >= '0' && byte <= '9'; }

/* Whether the letters `[start, end)` are one of the words. */
static bool is_one_of(const char *words, const uint8_t *start, const uint8_t *end) {
    for (; *words; words += strlen(words) + 1) {
        const uint8_t *at = start;
        const char *letter = words;
        while (at < end && *letter && small(*at) == (uint8_t)*letter) {
            at++;
            letter++;
        }
        if (at == end && !*letter) return true;
    }
    return false;
}

static bool stands_at(const uint8_t *at, const char *sought, size_t size) {
    size_t same = 0;
    while (same < size && (sought[same] == ' ' ? is_space(at[same]) : small(at[same]) == (uint8_t)sought[same])) same++;
    return same == size;
}

/* Whether `sought` occurs in a line, searching for its byte at `rare`, which is infrequent. */
static bool stands_around(Line line, const char *sought, size_t size, size_t rare, char byte) {
    const uint8_t *at = line.start + rare, *end = line.end - (size - 1 - rare);
    while (at < end && (at = memchr(at, byte, (size_t)(end - at)))) {
        if (stands_at(at - rare, sought, size)) return true;
        at++;
    }
    return false;
}

/* Whether letters occur in a line, in any case; a blank matches anything. The rarest letter is searched first. */
static bool is_in(Line line, const char *sought) {
    static const char RARE[] = "?/jqxzbvkwfmgpycudlhrsnioate";
    size_t size = strlen(sought);
    if ((size_t)(line.end - line.start) < size) return false;
    const char *found = NULL;
    for (const char *each = RARE; *each && !found; each++) found = strchr(sought, *each);
    size_t rare = found ? (size_t)(found - sought) : size - 1;
    if (stands_around(line, sought, size, rare, sought[rare])) return true;
    return sought[rare] >= 'a' && stands_around(line, sought, size, rare, (char)(sought[rare] - 32));
}

static bool holds_one_of(Line line, const char *words) {
    for (; *words; words += strlen(words) + 1)
        if (is_in(line, words)) return true;
    return false;
}

static const uint8_t *after_letters(const uint8_t *at, const uint8_t *end) {
    while (at < end && is_letter(*at)) at++;
    return at;
}

/* Whether the words at `at` are two of a list. */
static bool begins_with_two(const char *pairs, const uint8_t *at, const uint8_t *end) {
    const uint8_t *behind = after_letters(at, end), *next = behind;
    while (next < end && is_space(*next)) next++;
    const uint8_t *last = after_letters(next, end);
    size_t first_size = (size_t)(behind - at), size = (size_t)(last - next);
    for (; *pairs; pairs += strlen(pairs) + 1) {
        const char *blank = strchr(pairs, ' ');
        if (blank && (size_t)(blank - pairs) == first_size && strlen(blank + 1) == size &&
            stands_at(at, pairs, first_size) && stands_at(next, blank + 1, size))
            return true;
    }
    return false;
}

/* Whether a line begins with the word `[first, behind)` of an entry, and contains what the entry says further. */
static bool begins_and_holds(const char *entries, Line line, const uint8_t *first, const uint8_t *behind) {
    for (; *entries; entries += strlen(entries) + 1) {
        const char *blank = strchr(entries, ' ');
        size_t size = (size_t)(behind - first);
        if (blank && (size_t)(blank - entries) == size && stands_at(first, entries, size) && is_in(line, blank)) return true;
    }
    return false;
}

static bool ends_with(Line line, const char *tail) {
    size_t size = strlen(tail);
    return (size_t)(line.end - line.start) >= size && !memcmp(line.end - size, tail, size);
}

static bool ends_with_one_of(Line line, const char *tails) {
    for (; *tails; tails += strlen(tails) + 1)
        if (ends_with(line, tails)) return true;
    return false;
}

static bool ends_as_sentence(Line line) {
    while (line.end > line.start && (is_space(line.end[-1]) || line.end[-1] == ')' || line.end[-1] == ']')) line.end--;
    if (line.end == line.start) return false;
    uint8_t last = line.end[-1];
    return strchr(".!?:'\"", last) || ends_with(line, "\xE2\x80\x99") || ends_with(line, "\xE2\x80\x9D");
}

/* Hash (FNV-1a) of ASCII letters and digits only: lines that fold alike hash alike. */
static uint64_t hash_of(Line line) {
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (const uint8_t *at = line.start; at < line.end; at++)
        if (is_letter(*at) || is_number(*at)) hash = (hash ^ small(*at)) * UINT64_C(0x100000001B3);
    return hash;
}

/* Number of ASCII letters and digits: equal in lines that fold alike, and counted many bytes at a time. */
static size_t signs_in(Line line) {
    size_t count = 0;
    for (const uint8_t *at = line.start; at < line.end; at++) count += is_letter(*at) | is_number(*at);
    return count;
}

static uint64_t hash_of_short(Page *page, size_t each) {
    if (!page->hashes[each]) page->hashes[each] = hash_of(page->shorts[each]);
    return page->hashes[each];
}

/* Whether the line occurred before, or there are too many to tell. */
static bool is_repeated(Page *page, Line line) {
    if (page->short_count == MOST_SHORT_LINES) return true;
    size_t last = page->short_count++;
    page->shorts[last] = line;
    page->signs[last] = signs_in(line);
    page->hashes[last] = 0;
    for (size_t each = 0; each < last; each++)
        if (page->signs[each] == page->signs[last] && hash_of_short(page, each) == hash_of_short(page, last)) return true;
    return false;
}

static bool is_letter_of_two_bytes(const uint8_t *at, const uint8_t *end) { return at < end && *at == 0xC3; }

/* Skips decoration before a line; skips more than Python takes for decoration. */
static const uint8_t *behind_decoration(const uint8_t *at, const uint8_t *end) {
    for (;;) {
        if (at < end && *at < 0x80 && *at != '-' && !is_letter(*at) && !is_number(*at))
            at++;
        else if (end - at >= 3 && at[0] == 0xE2 && at[1] == 0x80 && at[2] >= 0x98) /* quotation marks */
            at += 3;
        else
            return at;
    }
}

/* Whether a line may match a furniture pattern: by its first word, its last word, and a few signs within. */
static bool is_shaped(const FurnitureWords *words, Line line) {
    const uint8_t *first = behind_decoration(line.start, line.end), *behind = after_letters(first, line.end);
    if (behind == first && !is_letter_of_two_bytes(first, line.end)) { /* a number, a dash, nothing */
        if (first == line.end || !is_number(*first) || line.length <= LONGEST_LINE) return true;
    }
    if (is_one_of(words->first_of_note, first, behind)) return true;
    if (begins_with_two(words->first_two_of_note, first, line.end)) return true;
    if (begins_and_holds(words->first_and_held_by_note, line, first, behind)) return true;
    if (holds_one_of(line, words->held_by_note) || ends_with_one_of(line, words->last_of_gallery_item)) return true;
    if (line.length > LONGEST_LINE) return false;
    if (is_one_of(words->first_of_line, first, behind)) return true;
    const uint8_t *last = line.end, *end;
    while (last > line.start && !is_letter(last[-1])) last--;
    for (end = last; last > line.start && is_letter(last[-1]);) last--;
    if (is_one_of(words->last_of_line, last, end)) return true;
    return memchr(line.start, '|', (size_t)(line.end - line.start)) || holds_one_of(line, words->held_by_line);
}

/* Whether a line may not belong to the story; takes it into account for later lines. */
static bool is_suspect(const FurnitureWords *words, Page *page, Line line) {
    page->lines++;
    page->last = line;
    if (line.length > LONGEST_NOTE) {
        page->items = 0;
        return false;
    }
    if (is_repeated(page, line)) return true;
    uint8_t first = *line.start, last = line.end[-1];
    bool ends = ends_as_sentence(line), lower = first >= 'a' && first <= 'z';
    bool item = !ends && !lower && last != ',' && last != ';' && last != '-';
    page->items = item ? page->items + 1 : 0;
    return page->items >= SHORTEST_LIST || is_shaped(words, line);
}

/* Whether the last line may tell who wrote the story, or how a poll was conducted. */
static bool may_be_closing(const FurnitureWords *words, const Page *page) {
    Line line = page->last;
    if (!page->lines || line.length > LONGEST_CLOSING) return false;
    if (holds_one_of(line, words->of_poll)) return true;
    if (line.length > LONGEST_NOTE && !holds_one_of(line, words->reached)) return false;
    return holds_one_of(line, words->author) || (holds_one_of(line, words->copula) && holds_one_of(line, words->of_author));
}

/* Length in bytes of a character that folds into itself, its lower case, or a single mark; 0 for any other. */
static size_t plain_character(const uint8_t *at, const uint8_t *end) {
    if (*at < 0x80) return *at >= ' ' || *at == '\t';
    if (*at == 0xC3) return end - at >= 2 ? 2 : 0;
    if (*at != 0xE2 || end - at < 3) return 0;
    if (at[1] == 0x82) return at[2] == 0xAC ? 3 : 0; /* the euro */
    bool quotation = at[2] == 0x98 || at[2] == 0x99 || at[2] == 0x9C || at[2] == 0x9D, other = at[2] == 0x93 || at[2] == 0x94 || at[2] == 0xA6;
    return at[1] == 0x80 && (quotation || other) ? 3 : 0;
}

enum { BLOCK = 32 };

static bool is_plain_block(const uint8_t *at) {
    uint8_t other = 0;
    for (size_t each = 0; each < BLOCK; each++) other |= (uint8_t)((at[each] < ' ' && at[each] != '\t') || at[each] >= 0x80);
    return !other;
}

/* Reads the line at `*at` and advances past it; false if it has a character that is not plain. */
static bool read_line(const uint8_t **at, const uint8_t *end, Line *line) {
    const uint8_t *start = *at;
    const uint8_t *found = memchr(start, '\n', (size_t)(end - start));
    const uint8_t *stop = found ? found : end;
    size_t further = 0;
    for (const uint8_t *each = start; each < stop;) {
        if (stop - each >= BLOCK && is_plain_block(each)) {
            each += BLOCK;
            continue;
        }
        size_t size = plain_character(each, stop);
        if (!size) return false;
        further += size - 1;
        each += size;
    }
    *at = found ? found + 1 : end;
    while (start < stop && is_space(*start)) start++;
    while (stop > start && is_space(stop[-1])) stop--;
    *line = (Line){start, stop, (size_t)(stop - start) - further};
    return true;
}

/* Whether a text of `size` bytes of UTF-8 may contain furniture; also true if its characters prevent a decision. Some lines
 * are furniture by themselves; others for being repeated, in a list or last, which takes all lines. */
EXPORTED bool wirematch_may_have_furniture(const uint8_t *text, size_t size, const FurnitureWords *words) {
    const uint8_t *at = text, *end = text + size;
    Page page;
    page.short_count = page.lines = page.items = 0;
    page.last = (Line){text, text, 0};
    while (at < end) {
        Line line;
        if (!read_line(&at, end, &line)) return true;
        if (line.start < line.end && is_suspect(words, &page, line)) return true;
    }
    return may_be_closing(words, &page);
}
