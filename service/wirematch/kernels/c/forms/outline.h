/* The results of outline.c, and what screening reads of a text. */
#ifndef WIREMATCH_OUTLINE_H
#define WIREMATCH_OUTLINE_H

#include "forms/rarity.h"
#include "text/prepared_text.h"

typedef struct {
    float *weights;                    /* per word; 0 for function words */
    uint32_t *stems, *stem_places;     /* sorted distinct stems, and per word the index of its stem */
    uint32_t *vocabulary;              /* sorted distinct stems of content words */
    float *vocabulary_weights;
    uint32_t *vocabulary_places;        /* per content word, in order */
    uint32_t *slots;                   /* of the outline: content, then trigrams */
    double content_weight;
    size_t stem_count, vocabulary_size, content_count, slot_count;
    size_t plain_count, strange_count; /* plain words, and those of them that no list contains */
} Outlined;

/* What screening reads of a text. */
typedef struct {
    const uint32_t *slots;
    const float *weights; /* of content words; trigrams weigh 1 */
    size_t content, count;
    double content_weight, trigrams;
} Outline;

/* Arrays of `out` have one entry a word, slots two. Without `rarity`, the weights are given. */
int64_t wirematch_outline(const Text *text, const Rarity *rarity, Outlined *out);

/* The similarity of each of `count` stories to a submission. */
int64_t wirematch_likeness(const Outline *submission, const Outline *const *stories, size_t count,
                                    double *alike);

#endif
