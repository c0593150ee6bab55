/* Sorting hashes, which are spread evenly unless somebody sees to it that they are not: by the highest two bytes in which
 * they differ, then by looking at neighbours, of which next to none stand the wrong way round. Where many do, all bytes are
 * sorted by, so that time grows with the number of hashes whatever they are. Equal ones stay in the order in which they
 * came.
 */
#ifndef WIREMATCH_SPREADING_H
#define WIREMATCH_SPREADING_H

#include "sorting.h"

enum { MOST_MOVES = 4 }; /* a number, before sorting by bytes is faster */

/* The lowest bit of the two bytes, or 0. */
static inline int lowest_of_two_bytes(const Keyed *keyed, size_t size) {
    uint64_t differing = 0;
    for (size_t at = 1; at < size; at++) differing |= keyed[at].key ^ keyed[0].key;
    int bits = differing ? 64 - __builtin_clzll(differing) : 0;
    return bits > 16 ? bits - 16 : 0;
}

/* Numbers that are nearly in order; false when it takes more than so many moves. */
static inline bool put_in_order(Keyed *keyed, size_t size) {
    size_t left = MOST_MOVES * size;
    for (size_t at = 1; at < size; at++) {
        if (keyed[at - 1].key <= keyed[at].key) continue;
        Keyed one = keyed[at];
        size_t place = at;
        for (; place && keyed[place - 1].key > one.key && left; left--, place--) keyed[place] = keyed[place - 1];
        keyed[place] = one;
        if (!left) return false;
    }
    return true;
}

/* Both arrays have `size` elements; the sorted ones are in `keyed` in the end. */
static inline void sort_spread(Keyed *keyed, Keyed *spare, size_t size) {
    int shift = lowest_of_two_bytes(keyed, size);
    uint32_t low[BYTE_VALUES] = {0}, high[BYTE_VALUES] = {0};
    for (size_t at = 0; at < size; at++) {
        low[keyed[at].key >> shift & 0xFF]++;
        high[keyed[at].key >> shift >> 8 & 0xFF]++;
    }
    begin_from_counts(low);
    begin_from_counts(high);
    for (size_t at = 0; at < size; at++) spare[low[keyed[at].key >> shift & 0xFF]++] = keyed[at];
    for (size_t at = 0; at < size; at++) keyed[high[spare[at].key >> shift >> 8 & 0xFF]++] = spare[at];
    if (!put_in_order(keyed, size)) sort_keyed(keyed, spare, size);
}

#endif
