/* The phrases of a text: its distinct runs of three and of four words; as in wirematch.matching.profiles.phrases. */
#ifndef WIREMATCH_PHRASES_H
#define WIREMATCH_PHRASES_H

#include "kernel.h"

enum { STANDS_OWN = 1, STANDS_SPOKEN = 2 };

typedef struct {
    const uint32_t *keys; /* sorted and distinct: 31 bits of a hash, then 1 for four words, 0 for three */
    const uint8_t *own, *spoken; /* whether each stands somewhere in own, and in quoted words */
    size_t count;
    const uint32_t *fours; /* the place among them of the phrase of four words that begins at each word */
    size_t four_count;
    const uint32_t *sample; /* sorted: some of the own ones of three words */
    size_t sample_count;
    const uint8_t *quoted; /* of each of the text's words */
    size_t size;
    int64_t own_sizes[2]; /* how many of three and of four words stand in own words */
} Phrases;

/* The same while it is found; room for two phrases a word, and for as many fours and sampled threes as there are words. */
typedef struct {
    uint32_t *keys, *sample;
    uint8_t *own, *spoken;
    uint32_t *fours;
    size_t count, sample_count;
    int64_t own_threes, own_fours;
} PhrasesFound;

/* Of a text with `size` words: how many phrases, NOT_READABLE or NO_MEMORY. */
int64_t wirematch_phrases(const uint32_t *words, const uint8_t *spoken, size_t size, PhrasesFound *out);

#endif
