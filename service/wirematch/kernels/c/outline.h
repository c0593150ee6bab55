/* What outline.c makes of a text, and what screening reads of it. */
#ifndef WIREMATCH_OUTLINE_H
#define WIREMATCH_OUTLINE_H

#include "rarity.h"
#include "text.h"

typedef struct {
    float *weights;                    /* of each word; 0 for function words */
    uint32_t *stems, *stem_places;     /* distinct, sorted; of each word its stem's place among them */
    uint32_t *vocabulary;              /* distinct stems of content words, sorted */
    float *vocabulary_weights;
    uint32_t *vocabulary_places;       /* of each content word, in order */
    uint32_t *slots;                   /* of the outline: content, then trigrams */
    double content_weight;
    size_t stem_count, vocabulary_size, content_count, slot_count;
    size_t plain_count, strange_count; /* plain words, and those of them that no list has */
} Outlined;

/* What screening reads of a text. */
typedef struct {
    const uint32_t *slots;
    const float *weights; /* of content; a trigram weighs 1 */
    size_t content, count;
    double content_weight, trigrams;
} Outline;

/* Arrays of `out` have room for a number a word, slots for two. Without `rarity`, the weights are there already. */
int64_t wirematch_outline(const Text *text, const Rarity *rarity, Outlined *out);

/* How much each of `count` stories has in common with a submission. */
EXPORTED int64_t wirematch_likeness(const Outline *submission, const Outline *const *stories, size_t count,
                                    double *alike);

#endif
