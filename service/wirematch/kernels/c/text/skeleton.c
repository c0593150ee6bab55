/* Prepares a text from its words and its skeleton; the kernel of wirematch.text.skeleton. */
#include "text/skeleton.h"

#include "block.h"

/* LEB128 numbers: seven bits a byte, lowest first, the high bit if more follow; at most 32 bits. */
typedef struct {
    const uint8_t *at, *end;
    bool broken;
} Numbers;

static uint32_t next_number(Numbers *numbers) {
    uint64_t number = 0;
    for (int shift = 0; shift < 35 && numbers->at < numbers->end; shift += 7) {
        uint8_t byte = *numbers->at++;
        number |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) {
            numbers->broken |= number > UINT32_MAX;
            return (uint32_t)number;
        }
    }
    numbers->broken = true;
    return 0;
}

/* The arrays under construction. */
typedef struct {
    int32_t *numbers, *starts, *ends, *parts;
    uint32_t *words, *stems;
    uint8_t *content, *spoken, *capitals, *digits, *unspaced;
    size_t size;
    int32_t *sentences; /* one more than sentences */
    size_t sentence_count;
} Filled;

EXPORTED size_t wirematch_prepared_bytes(size_t size, size_t sentences) {
    return rounded(sizeof(Prepared)) + 6 * rounded(4 * size) + 5 * rounded(size) + rounded(4 * (sentences + 1));
}

static bool lay_out_text(Block *block, size_t size, size_t sentences, Filled *out) {
    int32_t **numbers[] = {&out->numbers, &out->starts, &out->ends, &out->parts};
    uint32_t **hashes[] = {&out->words, &out->stems};
    uint8_t **flags[] = {&out->content, &out->spoken, &out->capitals, &out->digits, &out->unspaced};
    for (size_t each = 0; each < 4; each++) *numbers[each] = take(block, 4 * size);
    for (size_t each = 0; each < 2; each++) *hashes[each] = take(block, 4 * size);
    for (size_t each = 0; each < 5; each++) *flags[each] = take(block, size);
    out->sentences = take(block, 4 * (sentences + 1));
    out->size = size;
    out->sentence_count = sentences;
    return out->sentences; /* the last part: if it fits, so do the others */
}

typedef struct {
    const Vocabulary *vocabulary;
    const Reading *read;
    size_t count, place; /* words read, and words processed so far */
} Words;

enum { WORDS_AHEAD = 16 };

/* Copies what the vocabulary knows of `count` words; its entries are far apart, so they are prefetched. */
static void tell_words(const Words *words, size_t count, Filled *out, size_t kept) {
    const Word *known = words->vocabulary->words;
    const int32_t *numbers = words->read->numbers + words->place;
    uint32_t *restrict hashes = out->words + kept, *restrict stems = out->stems + kept;
    uint8_t *restrict content = out->content + kept, *restrict digits = out->digits + kept;
    for (size_t at = 0; at < count; at++) {
        if (words->count - words->place > at + WORDS_AHEAD) __builtin_prefetch(&known[numbers[at + WORDS_AHEAD]]);
        const Word *word = &known[numbers[at]];
        hashes[at] = word->hash;
        stems[at] = word->stem;
        content[at] = (word->flags & CONTENT) != 0;
        digits[at] = (word->flags & DIGIT_FIRST) != 0;
    }
}

/* Appends the words that begin before `end`, up to the announced number. */
static size_t keep_until(Words *words, uint64_t end, uint64_t part, Filled *out, size_t kept) {
    const Reading *read = words->read;
    size_t first = words->place, last = first;
    while (last < words->count && (uint64_t)read->starts[last] < end) last++;
    size_t room = out->size - kept, count = last - first < room ? last - first : room;
    tell_words(words, count, out, kept);
    memcpy(out->numbers + kept, read->numbers + first, count * sizeof *out->numbers);
    memcpy(out->starts + kept, read->starts + first, count * sizeof *out->starts);
    memcpy(out->ends + kept, read->ends + first, count * sizeof *out->ends);
    memcpy(out->capitals + kept, read->capitals + first, count);
    memset(out->spoken + kept, 0, count);
    memset(out->unspaced + kept, 0, count);
    for (size_t at = kept; at < kept + count; at++) out->parts[at] = (int32_t)part;
    words->place = last;
    return kept + count;
}

static bool leave_out_furniture(Words words, Numbers *numbers, Filled *out) {
    size_t kept = 0;
    uint64_t end = 0, part = 0;
    for (uint32_t gaps = next_number(numbers); gaps && !numbers->broken; gaps--) {
        uint64_t start = end + next_number(numbers);
        end = start + next_number(numbers);
        kept = keep_until(&words, start, part, out, kept);
        while (words.place < words.count && (uint64_t)words.read->starts[words.place] < end) words.place++;
        part += next_number(numbers);
        if (part > INT32_MAX || end > INT32_MAX) return false;
    }
    return !numbers->broken && keep_until(&words, UINT64_MAX, part, out, kept) == out->size;
}

static bool mark_speech(Numbers *numbers, Filled *out) {
    uint64_t end = 0;
    for (uint32_t runs = next_number(numbers); runs && !numbers->broken; runs--) {
        uint64_t start = end + next_number(numbers);
        end = start + next_number(numbers);
        if (end > out->size) return false;
        memset(out->spoken + start, 1, (size_t)(end - start));
    }
    return !numbers->broken;
}

static bool begin_sentences(Numbers *numbers, Filled *out) {
    uint64_t begin = 0;
    out->sentences[0] = 0;
    for (size_t sentence = 1; sentence <= out->sentence_count; sentence++) {
        uint32_t words = next_number(numbers);
        begin += words;
        if (!words || begin > out->size) return false;
        out->sentences[sentence] = (int32_t)begin;
    }
    return !numbers->broken && begin == out->size;
}

static void finish(const Filled *out, size_t sentences, Prepared *prepared) {
    prepared->text = (Text){out->words,    out->stems, out->content, out->spoken,    out->capitals, out->digits,
                            out->unspaced, out->parts, out->size,    out->sentences, sentences};
    prepared->numbers = out->numbers;
    prepared->starts = out->starts;
    prepared->ends = out->ends;
}

/* Leaves `numbers` behind the header. */
static bool read_announced(Numbers *numbers, size_t *words, size_t *sentences) {
    if (numbers->at == numbers->end || (*numbers->at != VERSION && *numbers->at != UNDISGUISED)) return false;
    numbers->at++;
    *words = next_number(numbers);
    *sentences = next_number(numbers);
    return !numbers->broken && *sentences <= *words;
}

bool wirematch_announced(const uint8_t *skeleton, size_t size, size_t *words, size_t *sentences) {
    Numbers numbers = {skeleton, skeleton + size, false};
    return read_announced(&numbers, words, sentences);
}

EXPORTED int64_t wirematch_prepare(const Vocabulary *vocabulary, const Reading *read, size_t count,
                                   const uint8_t *skeleton, size_t size, double least_share, uint8_t *memory,
                                   size_t bytes) {
    Numbers numbers = {skeleton, skeleton + size, false};
    size_t words, sentences;
    if (!read_announced(&numbers, &words, &sentences) || words > count) return NOT_OF_THIS_TEXT;
    for (size_t place = 0; place < count; place++)
        if (read->numbers[place] < 0 || read->numbers[place] >= MOST_WORDS) return NOT_READABLE;
    Block block = {memory, bytes};
    Prepared *prepared = take(&block, sizeof *prepared);
    Filled out;
    if (!prepared || !lay_out_text(&block, words, sentences, &out)) return NOT_READABLE;
    bool fits = leave_out_furniture((Words){vocabulary, read, count, 0}, &numbers, &out) &&
                mark_speech(&numbers, &out) && begin_sentences(&numbers, &out) && numbers.at == numbers.end;
    if (!fits) return NOT_OF_THIS_TEXT;
    size_t functions = 0;
    for (size_t at = 0; at < words; at++) functions += !out.content[at];
    if (!words || (double)functions < least_share * (double)words) return NOT_READABLE;
    finish(&out, sentences, prepared);
    return (int64_t)words;
}

/* The text without the flagged words, as if they were furniture, in a block of so many bytes, aligned to 8. Returns the number
 * of words left. */
EXPORTED int64_t wirematch_without(const Prepared *whole, const uint8_t *dropped, uint8_t *memory, size_t bytes) {
    const Text *text = &whole->text;
    if (!is_cut_well(text)) return NOT_READABLE;
    size_t left = 0, kept = 0, sentence = 0, begun = 0;
    for (size_t at = 0; at < text->size; at++) left += !dropped[at];
    Block block = {memory, bytes};
    Prepared *prepared = take(&block, sizeof *prepared);
    Filled out;
    size_t most = text->sentence_count < left ? text->sentence_count : left;
    if (!prepared || !lay_out_text(&block, left, most, &out)) return NOT_READABLE;
    uint32_t cuts = 0; /* stretches left out so far: each separates what is around it */
    for (size_t at = 0; at <= text->size; at++) {
        for (; sentence <= text->sentence_count && (size_t)text->sentences[sentence] == at; sentence++)
            if (!begun || out.sentences[begun - 1] != (int32_t)kept) out.sentences[begun++] = (int32_t)kept;
        if (at == text->size) break;
        if (dropped[at]) {
            cuts += !at || !dropped[at - 1];
            continue;
        }
        out.numbers[kept] = whole->numbers[at];
        out.starts[kept] = whole->starts[at];
        out.ends[kept] = whole->ends[at];
        out.parts[kept] = (int32_t)((uint32_t)text->parts[at] + cuts);
        out.words[kept] = text->words[at];
        out.stems[kept] = text->stems[at];
        out.content[kept] = text->content[at];
        out.spoken[kept] = text->spoken[at];
        out.capitals[kept] = text->capitals[at];
        out.digits[kept] = text->digits[at];
        out.unspaced[kept++] = text->unspaced[at];
    }
    finish(&out, begun ? begun - 1 : 0, prepared);
    return (int64_t)left;
}
