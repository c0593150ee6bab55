/* A prepared text in Python's arrays: `size` words outside furniture in `sentence_count` sentences. */
#ifndef WIREMATCH_PREPARED_TEXT_H
#define WIREMATCH_PREPARED_TEXT_H

#include "kernel.h"

typedef struct {
    const uint32_t *words, *stems; /* hashes */
    const uint8_t *content, *spoken, *capitals, *digits, *unspaced;
    const int32_t *parts; /* increases where furniture was left out */
    size_t size;
    const int32_t *sentences; /* starts in words, then the end of the text */
    size_t sentence_count;
} Text;

/* Whether the starts of sentences are ascending and within the text. */
static inline bool is_cut_well(const Text *text) {
    if (text->size > INT32_MAX / 8) return false;
    for (size_t at = 0; at <= text->sentence_count; at++) {
        if (text->sentences[at] < 0 || (size_t)text->sentences[at] > text->size) return false;
        if (at && text->sentences[at] < text->sentences[at - 1]) return false;
    }
    return !text->sentence_count || (!text->sentences[0] && (size_t)text->sentences[text->sentence_count] == text->size);
}

#define MULTIPLIER UINT64_C(0x9E3779B97F4A7C15)

/* Extends the polynomial hash of a run by one word. */
static inline uint64_t with_next(uint64_t hash, uint32_t word) { return hash * MULTIPLIER + word; }

#endif
