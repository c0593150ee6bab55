/* Sorting 32-bit hashes, a byte at a time from the lowest: for some hundred of them, few large tables cost more. */
#ifndef WIREMATCH_SORTING_H
#define WIREMATCH_SORTING_H

#include "kernel.h"

/* Both arrays have `size` elements; the sorted ones are in `hashes` in the end, after an even number of passes. */
static inline void sort_hashes(uint32_t *hashes, uint32_t *spare, size_t size) {
    enum { BITS = 8, VALUES = 1 << BITS };
    for (int shift = 0; shift < 32; shift += BITS) {
        size_t places[VALUES] = {0}, sum = 0;
        for (size_t at = 0; at < size; at++) places[hashes[at] >> shift & (VALUES - 1)]++;
        for (size_t value = 0; value < VALUES; value++) {
            size_t count = places[value];
            places[value] = sum;
            sum += count;
        }
        for (size_t at = 0; at < size; at++) spare[places[hashes[at] >> shift & (VALUES - 1)]++] = hashes[at];
        uint32_t *swapped = hashes;
        hashes = spare;
        spare = swapped;
    }
}

/* Sorted numbers, each once, at the beginning; gives how many. */
static inline size_t keep_distinct(uint32_t *sorted, size_t size) {
    size_t kept = 0;
    for (size_t at = 0; at < size; at++)
        if (!at || sorted[at] != sorted[at - 1]) sorted[kept++] = sorted[at];
    return kept;
}

#endif
