/* Inverse document frequencies by stem. The table exceeds the near caches and spans many pages, so each stem's entry lies in
 * a single cache line, which can be prefetched.
 */
#ifndef WIREMATCH_RARITY_H
#define WIREMATCH_RARITY_H

#include "kernel.h"

enum { ON_A_SHELF = 8 };

/* The first stems whose hashes begin alike, in any order; unused entries have hashes that begin otherwise. */
typedef struct {
    uint32_t hashes[ON_A_SHELF];
    uint32_t weights[ON_A_SHELF]; /* the bits of floats */
} Shelf;

typedef struct {
    const uint32_t *hashes; /* sorted */
    const float *weights;
    size_t size;
    float ceiling;        /* weight of a stem that is not listed */
    uint32_t shelf_bits;  /* upper bits of a hash that select its shelf, at least 1 */
    const Shelf *shelves; /* one for each value of these bits */
} Rarity;

static inline size_t shelf_of(const Rarity *rarity, uint32_t stem) { return (size_t)((uint64_t)stem << rarity->shelf_bits >> 32); }

static inline void call_for_weight(const Rarity *rarity, uint32_t stem) {
    __builtin_prefetch(&rarity->shelves[shelf_of(rarity, stem)]);
}

static inline uint32_t bits_of(float weight) {
    uint32_t bits;
    memcpy(&bits, &weight, sizeof bits);
    return bits;
}

/* The weight of a stem that did not fit on its shelf or is unknown. */
static inline uint32_t weight_elsewhere(const Rarity *rarity, uint32_t stem) {
    size_t begin = 0, end = rarity->size;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (rarity->hashes[middle] < stem)
            begin = middle + 1;
        else
            end = middle;
    }
    bool is_known = begin < rarity->size && rarity->hashes[begin] == stem;
    return bits_of(is_known ? rarity->weights[begin] : rarity->ceiling);
}

/* The bits of a stem's weight; branchless, as its position on the shelf, if any, is unpredictable. */
static inline uint32_t weight_of(const Rarity *rarity, uint32_t stem) {
    size_t number = shelf_of(rarity, stem);
    const Shelf *shelf = &rarity->shelves[number];
    uint32_t known = 0, bits = 0;
    for (int each = 0; each < ON_A_SHELF; each++) {
        uint32_t same = 0u - (shelf->hashes[each] == stem); /* all bits or none */
        known |= same;
        bits |= shelf->weights[each] & same;
    }
    if (shelf_of(rarity, shelf->hashes[ON_A_SHELF - 1]) == number && !known) return weight_elsewhere(rarity, stem);
    return bits | (bits_of(rarity->ceiling) & ~known);
}

/* Fills the `shelves`, 2^shelf_bits of them, from the sorted hashes. */
EXPORTED void wirematch_fill_shelves(const Rarity *rarity, Shelf *shelves);

#endif
