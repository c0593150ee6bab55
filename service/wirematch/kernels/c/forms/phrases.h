/* The phrases of a text: its distinct runs of three and four words; see wirematch.matching.profiles.phrases. */
#ifndef WIREMATCH_PHRASES_H
#define WIREMATCH_PHRASES_H

#include "kernel.h"

enum { STANDS_OWN = 1, STANDS_SPOKEN = 2 };

typedef struct {
    const uint32_t *keys; /* sorted, distinct: 31 bits of a hash, then 1 for four words, 0 for three */
    const uint8_t *own, *spoken; /* whether each occurs outside, and inside, quotations */
    size_t count;
    const uint32_t *fours; /* per word, the index of the four-word phrase that begins there */
    size_t four_count;
    const uint32_t *sample; /* sorted; a sample of the own three-word phrases */
    size_t sample_count;
    const uint8_t *quoted; /* per word of the text */
    size_t size;
    int64_t own_sizes[2]; /* numbers of three-word and four-word phrases outside quotations */
} Phrases;

/* The same under construction; has room for two phrases a word, and for as many fours and sampled threes as words. */
typedef struct {
    uint32_t *keys, *sample;
    uint8_t *own, *spoken;
    uint32_t *fours;
    size_t count, sample_count;
    int64_t own_threes, own_fours;
} PhrasesFound;

/* Finds the phrases of a text of `size` words; returns how many, NOT_READABLE or NO_MEMORY. */
int64_t wirematch_phrases(const uint32_t *words, const uint8_t *spoken, size_t size, PhrasesFound *out);

#endif
