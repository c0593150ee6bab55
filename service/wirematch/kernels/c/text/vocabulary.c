/* Adds words to a vocabulary, and tells what it knows about them. */
#include "text/vocabulary.h"

EXPORTED size_t wirematch_vocabulary_bytes(void) { return sizeof(Vocabulary); }

static void publish(Vocabulary *vocabulary, uint32_t number, const uint8_t *letters) {
    const Word *word = &vocabulary->words[number];
    uint32_t place = place_of_word(word->key, letters, word->size);
    for (uint32_t step = 0; step < REACH; step++) {
        uint32_t *slot = &vocabulary->slots[slot_after(place, step)];
        if (!*slot) {
            __atomic_store_n(slot, tagged(place, number), __ATOMIC_RELEASE);
            return;
        }
    }
}

/* The length of the zero-terminated word at `at`; `total` if it is not terminated. */
static size_t length_at(const uint8_t *words, size_t at, size_t total) {
    const uint8_t *end = memchr(words + at, 0, total - at);
    return end ? (size_t)(end - words) - at : total;
}

/* Adds `count` new words under the next numbers: the forms and the stems of all, each zero-terminated, and flags. Returns the
 * number of words in the vocabulary, or NOT_READABLE if they do not all fit; then none is added. */
EXPORTED int64_t wirematch_learn(Vocabulary *vocabulary, const uint8_t *forms, size_t forms_size, const uint8_t *stems,
                                 size_t stems_size, const uint8_t *flags, size_t count) {
    if (count > MOST_WORDS - vocabulary->count || forms_size > LETTERS - vocabulary->used) return NOT_READABLE;
    size_t form = 0, stem = 0;
    for (size_t each = 0; each < count; each++) {
        if (form >= forms_size || stem >= stems_size) return NOT_READABLE;
        size_t size = length_at(forms, form, forms_size), stem_size = length_at(stems, stem, stems_size);
        if (size > LONGEST_WORD || form + size >= forms_size || stem + stem_size >= stems_size) return NOT_READABLE;
        form += size + 1;
        stem += stem_size + 1;
    }
    form = stem = 0;
    for (size_t each = 0; each < count; each++) {
        size_t size = length_at(forms, form, forms_size), stem_size = length_at(stems, stem, stems_size);
        uint8_t letters[LONGEST_WORD] = {0};
        memcpy(letters, forms + form, size);
        vocabulary->words[vocabulary->count] = (Word){.key = key_of(letters, size),
                                                      .hash = xxhash32(letters, size),
                                                      .stem = xxhash32(stems + stem, stem_size),
                                                      .at = vocabulary->used,
                                                      .size = (uint16_t)size,
                                                      .flags = flags[each]};
        memcpy(vocabulary->letters + vocabulary->used, letters, size);
        vocabulary->used += (uint32_t)size;
        publish(vocabulary, vocabulary->count++, letters);
        form += size + 1;
        stem += stem_size + 1;
    }
    return vocabulary->count;
}

/* Word hashes, stem hashes and flags of `count` words, given by number. */
EXPORTED int64_t wirematch_describe(const Vocabulary *vocabulary, const int32_t *numbers, size_t count, uint32_t *words,
                                    uint32_t *stems, uint8_t *content, uint8_t *digits) {
    for (size_t each = 0; each < count; each++) {
        if (numbers[each] < 0 || numbers[each] >= MOST_WORDS) return NOT_READABLE;
        const Word *word = &vocabulary->words[numbers[each]];
        words[each] = word->hash;
        stems[each] = word->stem;
        content[each] = (word->flags & CONTENT) != 0;
        digits[each] = (word->flags & DIGIT_FIRST) != 0;
    }
    return (int64_t)count;
}
