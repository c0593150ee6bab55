/* Sorting hashes, which are spread evenly unless somebody sees to it that they are not: by their upper bits into about as
 * many buckets as there are hashes, then within each bucket. What was made to meet in one bucket is sorted byte by byte,
 * so that time grows with the number of hashes whatever they are. Equal ones stay in the order in which they came.
 */
#ifndef WIREMATCH_SPREADING_H
#define WIREMATCH_SPREADING_H

#include "sorting.h"

enum { MOST_BUCKET_BITS = 11, CROWDED = 24 };

/* Few numbers, as they lie in `from`, sorted into `to`. */
static inline void insert_keyed(const Keyed *from, Keyed *to, size_t size) {
    for (size_t at = 0; at < size; at++) {
        Keyed one = from[at];
        size_t place = at;
        for (; place && to[place - 1].key > one.key; place--) to[place] = to[place - 1];
        to[place] = one;
    }
}

/* How many bits it takes to write the highest in which two of the numbers differ. */
static inline int bits_that_differ(const Keyed *keyed, size_t size) {
    uint64_t differing = 0;
    for (size_t at = 1; at < size; at++) differing |= keyed[at].key ^ keyed[0].key;
    return differing ? 64 - __builtin_clzll(differing) : 0;
}

/* Both arrays have `size` elements; the sorted ones are in `keyed` in the end. */
static inline void sort_spread(Keyed *keyed, Keyed *spare, size_t size) {
    int bits = 1, wide = bits_that_differ(keyed, size);
    if (!wide) return;
    while (bits < MOST_BUCKET_BITS && (size_t)1 << bits < size) bits++;
    int shift = wide > bits ? wide - bits : 0;
    uint32_t ends[(1 << MOST_BUCKET_BITS) + 1];
    size_t buckets = (size_t)1 << bits;
    memset(ends, 0, (buckets + 1) * sizeof *ends);
    for (size_t at = 0; at < size; at++) ends[(keyed[at].key >> shift & (buckets - 1)) + 1]++;
    for (size_t bucket = 1; bucket <= buckets; bucket++) ends[bucket] += ends[bucket - 1];
    /* What begins a bucket moves on with each number that is put there, and is its end then. */
    for (size_t at = 0; at < size; at++) spare[ends[keyed[at].key >> shift & (buckets - 1)]++] = keyed[at];
    size_t begin = 0;
    for (size_t bucket = 0; bucket < buckets; bucket++) {
        size_t end = ends[bucket];
        if (end - begin > CROWDED) {
            sort_keyed(spare + begin, keyed + begin, end - begin);
            memcpy(keyed + begin, spare + begin, (end - begin) * sizeof *keyed);
        } else {
            insert_keyed(spare + begin, keyed + begin, end - begin);
        }
        begin = end;
    }
}

#endif
