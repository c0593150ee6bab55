/* Makes the skeleton of an English text (skeleton.c reads it) from its words and from what Python's regular expressions found
 * in it; the kernel of wirematch.text.prepare, speech and skeleton.
 */
#include "text/skeleton_making.h"

enum { ANY_TEXT = 1 };

/* The words outside furniture. */
typedef struct {
    int32_t *starts, *ends, *parts;
    uint32_t *hashes;
    uint8_t *spoken, *begins; /* begins: flags for starts of sentences, one more than words */
    size_t size;
} Kept;

/* Writes LEB128 numbers (seven bits a byte). */
typedef struct {
    uint8_t *at, *end;
    bool full;
} Writer;

static void write_number(Writer *writer, uint64_t number) {
    do {
        if (writer->at == writer->end) {
            writer->full = true;
            return;
        }
        *writer->at++ = (uint8_t)((number & 0x7F) | (number > 0x7F ? 0x80 : 0));
        number >>= 7;
    } while (number);
}

/* The first word that begins at `place` or later. */
static size_t first_word(const Kept *kept, int64_t place) {
    size_t begin = 0, end = kept->size;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (kept->starts[middle] < place)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

/* Leaves out words that begin within furniture; false if there are too few function words. */
static bool keep_outside(const Vocabulary *vocabulary, const Reading *read, size_t count, Places furniture,
                         double least_share, Kept *kept) {
    size_t passed = 0, functions = 0;
    kept->size = 0;
    for (size_t at = 0; at < count; at++) {
        int32_t start = read->starts[at];
        while (passed < furniture.count && furniture.numbers[passed] <= start) passed++;
        if (passed & 1) continue;
        const Word *word = &vocabulary->words[read->numbers[at]];
        kept->starts[kept->size] = start;
        kept->ends[kept->size] = read->ends[at];
        kept->parts[kept->size] = (int32_t)(passed / 2);
        kept->hashes[kept->size] = word->hash;
        kept->size++;
        functions += !(word->flags & CONTENT);
    }
    return kept->size && (double)functions >= least_share * (double)kept->size;
}

static void mark_quotations(Places quotations, Kept *kept) {
    memset(kept->spoken, 0, kept->size);
    for (size_t at = 0; at + 1 < quotations.count; at += 2) {
        size_t first = first_word(kept, quotations.numbers[at]), last = first_word(kept, quotations.numbers[at + 1]);
        for (; first < last; first++) kept->spoken[first] = 1;
    }
}

enum { PERSON_BITS = 1024 };

/* Low bits of the person hashes: they rule out nearly all words. */
typedef struct {
    uint64_t bits[PERSON_BITS / 64];
} Filter;

static void fill_filter(const SpeechRules *rules, Filter *filter) {
    memset(filter, 0, sizeof *filter);
    for (size_t at = 0; at < rules->person_count; at++) {
        uint32_t low = rules->persons[at] % PERSON_BITS;
        filter->bits[low / 64] |= UINT64_C(1) << (low % 64);
    }
}

static inline bool may_be_in(const Filter *filter, uint32_t hash) {
    uint32_t low = hash % PERSON_BITS;
    return filter->bits[low / 64] >> (low % 64) & 1;
}

static bool is_person(const SpeechRules *rules, uint32_t hash) {
    size_t begin = 0, end = rules->person_count;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (rules->persons[middle] < hash)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin < rules->person_count && rules->persons[begin] == hash;
}

/* Decides for each paragraph by itself whether it is somebody's words, and finds its first word. */
static void hear_paragraphs(const Found *found, const SpeechRules *rules, const Kept *kept, size_t *words,
                            uint8_t *quoted) {
    size_t count = found->breaks.count + 1, post = 0;
    Filter filter;
    fill_filter(rules, &filter);
    words[0] = 0;
    for (size_t number = 0; number < count; number++) {
        int64_t end = number < found->breaks.count ? found->breaks.numbers[number] : found->length;
        words[number + 1] = first_word(kept, end);
        int64_t persons = 0, own = 0;
        for (size_t at = words[number]; at < words[number + 1]; at++) {
            if (kept->spoken[at]) continue;
            own++;
            persons += may_be_in(&filter, kept->hashes[at]) && is_person(rules, kept->hashes[at]);
        }
        bool posted = false;
        for (; post < found->posts.count && found->posts.numbers[post] < end; post++) posted = true;
        quoted[number] = persons >= 2 ||
                         (persons == 1 && own >= rules->least_paragraph && own <= rules->short_paragraph) ||
                         (own <= rules->longest_post && posted);
    }
}

/* Marks block quotations, unless there are so many that the text is a column, whose author speaks. `words` and `quoted` have
 * an entry per paragraph. */
static void mark_blocks(const Found *found, const SpeechRules *rules, Kept *kept, size_t *words, uint8_t *quoted) {
    size_t count = found->breaks.count + 1, all = 0;
    hear_paragraphs(found, rules, kept, words, quoted);
    for (size_t number = 1; number < count; number++) {
        bool surrounded = number + 1 < count && quoted[number - 1] && quoted[number + 1];
        quoted[number] = quoted[number] || found->announces[number - 1] || surrounded;
    }
    for (size_t number = 0; number < count; number++)
        if (quoted[number] && words[number + 1] > words[number]) all += words[number + 1] - words[number];
    if (!((double)all <= rules->most_spoken * (double)kept->size)) return;
    for (size_t number = 0; number < count; number++)
        for (size_t at = words[number]; quoted[number] && at < words[number + 1]; at++) kept->spoken[at] = 1;
}

static void begin_at(Places places, size_t step, Kept *kept) {
    for (size_t at = step - 1; at < places.count; at += step) kept->begins[first_word(kept, places.numbers[at])] = 1;
}

static void find_beginnings(const Found *found, Kept *kept) {
    memset(kept->begins, 0, kept->size + 1);
    begin_at(found->cuts, 1, kept);
    begin_at(found->breaks, 1, kept);
    begin_at(found->furniture, 2, kept);
    kept->begins[first_word(kept, found->length)] = 1;
    kept->begins[0] = kept->begins[kept->size] = 1;
}

static void write_gaps(const Kept *kept, Writer *writer) {
    size_t gaps = 0;
    for (size_t at = 0; at < kept->size; at++) gaps += kept->parts[at] != (at ? kept->parts[at - 1] : 0);
    write_number(writer, gaps);
    int32_t done = 0;
    for (size_t at = 0; at < kept->size; at++) {
        int32_t grown = kept->parts[at] - (at ? kept->parts[at - 1] : 0), start = at ? kept->ends[at - 1] : 0;
        if (!grown) continue;
        write_number(writer, (uint64_t)(start - done));
        write_number(writer, (uint64_t)(kept->starts[at] - start));
        write_number(writer, (uint64_t)grown);
        done = kept->starts[at];
    }
}

static void write_speech(const Kept *kept, Writer *writer) {
    size_t runs = 0, done = 0;
    for (size_t at = 0; at < kept->size; at++) runs += kept->spoken[at] && !(at && kept->spoken[at - 1]);
    write_number(writer, runs);
    for (size_t at = 0; at < kept->size; at++) {
        bool edge = kept->spoken[at] != (at ? kept->spoken[at - 1] : 0);
        if (!edge) continue;
        write_number(writer, at - done);
        done = at;
    }
    if (kept->size && kept->spoken[kept->size - 1]) write_number(writer, kept->size - done);
}

static int64_t write_skeleton(const Kept *kept, uint8_t *skeleton, size_t room) {
    Writer writer = {skeleton, skeleton + room, false};
    size_t sentences = 0;
    for (size_t at = 1; at <= kept->size; at++) sentences += kept->begins[at];
    write_number(&writer, ANY_TEXT);
    write_number(&writer, kept->size);
    write_number(&writer, sentences);
    write_gaps(kept, &writer);
    write_speech(kept, &writer);
    for (size_t at = 1, before = 0; at <= kept->size; at++) {
        if (!kept->begins[at]) continue;
        write_number(&writer, at - before);
        before = at;
    }
    return writer.full ? NOT_READABLE : writer.at - skeleton;
}

static bool is_found_well(const Found *found) {
    const Places *all[] = {&found->furniture, &found->breaks, &found->posts};
    for (size_t list = 0; list < 3; list++)
        for (size_t at = 0; at < all[list]->count; at++)
            if (all[list]->numbers[at] < (at ? all[list]->numbers[at - 1] : 0)) return false;
    return !(found->furniture.count & 1) && found->length >= 0;
}

EXPORTED int64_t wirematch_make_skeleton(const Vocabulary *vocabulary, const Reading *read, size_t count, const Found *found,
                                         const SpeechRules *rules, double least_share, uint8_t *skeleton, size_t room) {
    if (!is_found_well(found)) return NOT_READABLE;
    for (size_t at = 0; at < count; at++)
        if (read->numbers[at] < 0 || read->numbers[at] >= MOST_WORDS) return NOT_READABLE;
    size_t paragraphs = found->breaks.count + 1;
    size_t *words = malloc((paragraphs + 1) * sizeof *words + 4 * 4 * count + paragraphs + 2 * count + 1);
    if (!words) return NO_MEMORY;
    int32_t *numbers = (int32_t *)(words + paragraphs + 1);
    uint8_t *flags = (uint8_t *)(numbers + 4 * count);
    Kept kept = {numbers, numbers + count, numbers + 2 * count, (uint32_t *)(numbers + 3 * count),
                 flags + paragraphs, flags + paragraphs + count, 0};
    int64_t size = NOT_READABLE;
    if (keep_outside(vocabulary, read, count, found->furniture, least_share, &kept)) {
        mark_quotations(found->quotations, &kept);
        mark_blocks(found, rules, &kept, words, flags);
        find_beginnings(found, &kept);
        size = write_skeleton(&kept, skeleton, room);
    }
    free(words);
    return size;
}
