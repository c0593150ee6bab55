/* What comparing sentences needs of a text; as in sentences.py. All arrays are owned by Python. */
#ifndef WIREMATCH_SENTENCES_H
#define WIREMATCH_SENTENCES_H

#include "kernel.h"

enum { MOST_SENTENCES = 4096 }; /* a profile has at most 1,000 */

typedef struct {
    /* Sorted distinct content words with their weights. */
    const uint32_t *vocabulary;
    const float *vocabulary_weights;
    size_t vocabulary_size;
    /* The distinct content words of each sentence, ordered by sentence. */
    const uint32_t *entry_sentences, *entry_places;
    size_t entry_count;
    /* Total weight of each sentence; start of each sentence in words, then the end of the text. */
    const float *sentence_weights;
    const int32_t *sentences;
    size_t sentence_count;
    /* Per word: the index of its stem among the sorted distinct stems, its weight, and its part of the text. */
    const uint32_t *stem_places;
    const float *weights;
    const int32_t *parts;
    size_t size;
    const uint32_t *stems;
    size_t stem_count;
} Side;

static inline bool is_sound(const Side *side) {
    if (side->size > INT32_MAX || side->sentence_count > MOST_SENTENCES) return false;
    uint32_t before = 0;
    for (size_t at = 0; at < side->entry_count; at++) {
        uint32_t sentence = side->entry_sentences[at];
        if (sentence < before || sentence >= side->sentence_count) return false;
        if (side->entry_places[at] >= side->vocabulary_size) return false;
        before = sentence;
    }
    for (size_t at = 0; at < side->sentence_count; at++)
        if (side->sentences[at] < 0 || side->sentences[at] > side->sentences[at + 1]) return false;
    if (side->sentence_count && (size_t)side->sentences[side->sentence_count] > side->size) return false;
    for (size_t at = 0; at < side->size; at++)
        if (side->stem_places[at] >= side->stem_count) return false;
    return true;
}

#endif
