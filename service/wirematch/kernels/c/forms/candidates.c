/* From the bytes of candidates' records to what they are compared by, in two calls for all of a submission's candidates. In
 * between, Python reads words that were never met before and allocates a block of memory for each text.
 */
#include "forms/candidates.h"

#include "forms/form.h"
#include "index/json.h"
#include "index/records.h"
#include "text/reading.h"
#include "text/skeleton.h"

/* Unpacks the UTF-8 text of a record behind its skeleton; false if they do not belong together or do not fit. */
static bool unpack(const uint8_t *record, const Places *places, uint8_t *letters, size_t room) {
    size_t before = (size_t)places->skeleton_size, size = (size_t)places->text_size;
    if (!before || before > room || size > room - before || record[places->json_end] != UNDISGUISED) return false;
    memcpy(letters, record + places->json_end, before);
    size_t written = (size_t)(places->text_end - places->text_at);
    return wirematch_unescape(record + places->text_at, written, letters + before, size) &&
           xxhash32(letters, before + size) == (uint32_t)places->checksum;
}

/* The rest of a reading, after so many words and so many bytes of unknown forms. */
static Reading behind(const Reading *all, size_t words, size_t unknown) {
    return (Reading){all->numbers + words,     all->starts + words,    all->ends + words,
                     all->capitals + words,    all->room - words,      all->unknown + unknown,
                     all->unknown_room - unknown, 0};
}

static size_t characters_in(const uint8_t *text, size_t size) {
    size_t count = 0;
    for (size_t at = 0; at < size; at++) count += (text[at] & 0xC0) != 0x80;
    return count;
}

/* Computes the size of the block for a text with this skeleton and number of words; false if it has too many. */
static bool plan(const uint8_t *skeleton, size_t size, size_t words, size_t most_sentences, Candidate *out) {
    size_t kept, sentences;
    if (!wirematch_announced(skeleton, size, &kept, &sentences) || kept > words) return false;
    out->text_bytes = (int64_t)wirematch_prepared_bytes(kept, sentences);
    out->bytes = out->text_bytes + (int64_t)wirematch_form_bytes(kept, most_sentences);
    return true;
}

/* Reads the texts of `count` records one after the other into `all`, which then holds the unknown words of all of them;
 * `letters` has `room` for a single text and its skeleton. */
EXPORTED int64_t wirematch_read_candidates(const Vocabulary *vocabulary, const Character *table,
                                           const uint8_t *const *records, const Places *const *places, size_t count,
                                           size_t most_sentences, uint8_t *letters, size_t room, Reading *all,
                                           Candidate *out) {
    size_t words = 0, unknown = 0;
    for (size_t each = 0; each < count; each++) {
        const Places *at = places[each];
        out[each] = (Candidate){.words = NOT_READABLE};
        if (!at->readable || !unpack(records[each], at, letters, room)) continue;
        const uint8_t *text = letters + at->skeleton_size;
        size_t size = (size_t)at->text_size;
        Reading read = behind(all, words, unknown);
        int64_t found = wirematch_read(vocabulary, table, text, size, &read);
        if (found == NO_MEMORY) return NO_MEMORY;
        if (found <= 0 || !plan(letters, (size_t)at->skeleton_size, (size_t)found, most_sentences, &out[each])) continue;
        out[each].words = found;
        out[each].characters = (int64_t)characters_in(text, size);
        words += (size_t)found;
        unknown += read.unknown_size;
    }
    all->unknown_size = unknown;
    return (int64_t)words;
}

/* Assigns numbers to words that had none, taking the unknown forms in order; false if any is still unknown. */
static bool number_words(const Vocabulary *vocabulary, Reading *read, size_t count, size_t *unknown) {
    bool all = true;
    for (size_t word = 0; word < count; word++) {
        if (read->numbers[word] >= 0) continue;
        const uint8_t *form = read->unknown + *unknown;
        const uint8_t *end = memchr(form, 0, read->unknown_size - *unknown);
        if (!end || end - form > LONGEST_WORD) { /* the forms behind it cannot be told apart any more */
            *unknown = read->unknown_size;
            return false;
        }
        uint8_t letters[LONGEST_WORD + KEY_BYTES] = {0};
        size_t size = (size_t)(end - form);
        memcpy(letters, form, size);
        Key key = key_of(letters, size);
        read->numbers[word] = find_from(vocabulary, key, place_of_word(key, letters, size), letters, size);
        all &= read->numbers[word] >= 0;
        *unknown += size + 1;
    }
    return all;
}

static int64_t form_one(const Vocabulary *vocabulary, const Rarity *rarity, const uint8_t *skeleton, size_t size,
                        const Reading *read, double least_share, size_t most_sentences, uint8_t *block,
                        Candidate *candidate) {
    size_t count = (size_t)candidate->words, text_bytes = (size_t)candidate->text_bytes;
    candidate->words = wirematch_prepare(vocabulary, read, count, skeleton, size, least_share, block, text_bytes);
    if (candidate->words <= 0) return 0;
    const Prepared *prepared = (const Prepared *)block;
    candidate->measured_bytes = wirematch_form(&prepared->text, rarity, NULL, most_sentences, block + text_bytes,
                                               (size_t)candidate->bytes - text_bytes);
    if (candidate->measured_bytes <= 0) return candidate->measured_bytes;
    const Form *form = (const Form *)(block + text_bytes);
    candidate->plain_count = (int64_t)form->plain_count;
    candidate->strange_count = (int64_t)form->strange_count;
    candidate->spoken_count = (int64_t)form->spoken_count;
    return candidate->measured_bytes;
}

/* Turns each text read into `all` into a prepared text and its form, each in a block of the planned size, aligned to 8. The
 * unknown words must have been added to the vocabulary, as far as it has room. */
EXPORTED int64_t wirematch_form_candidates(const Vocabulary *vocabulary, const Rarity *rarity,
                                           const uint8_t *const *records, const Places *const *places, size_t count,
                                           double least_share, size_t most_sentences, Reading *all,
                                           uint8_t *const *blocks, Candidate *candidates) {
    size_t words = 0, unknown = 0;
    int64_t formed = 0;
    for (size_t each = 0; each < count; each++) {
        Candidate *one = &candidates[each];
        if (one->words <= 0) continue;
        size_t read_words = (size_t)one->words;
        Reading read = behind(all, words, 0);
        read.unknown_size = all->unknown_size;
        words += read_words;
        if (!number_words(vocabulary, &read, read_words, &unknown)) {
            one->words = NOT_READABLE;
            continue;
        }
        const uint8_t *skeleton = records[each] + places[each]->json_end;
        int64_t found = form_one(vocabulary, rarity, skeleton, (size_t)places[each]->skeleton_size, &read, least_share,
                                 most_sentences, blocks[each], one);
        if (found == NO_MEMORY) return NO_MEMORY;
        if (found <= 0) one->words = NOT_READABLE;
        formed += found > 0;
    }
    return formed;
}
