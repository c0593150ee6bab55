/* Merge walks over two sorted lists that find their common elements. Which list advances is unpredictable, so steps are
 * branchless, and each waits for the one before; long lists are therefore split by value and the parts walked in parallel.
 */
#ifndef WIREMATCH_WALKING_H
#define WIREMATCH_WALKING_H

#include "kernel.h"

enum { WALKS = 4, WORTH_PARTING = 64 };

/* The rest of a walk, which ends when either list does. */
typedef struct {
    size_t at, end, other, other_end;
} Walk;

/* Steps that are safe before either list may end: each step advances a list by at most one. */
static inline size_t steps_left(const Walk *walk) {
    size_t mine = walk->end - walk->at, theirs = walk->other_end - walk->other;
    return mine < theirs ? mine : theirs;
}

static inline size_t steps_left_in_all(const Walk *walks) {
    size_t left = steps_left(&walks[0]);
    for (int each = 1; each < WALKS; each++) {
        size_t one = steps_left(&walks[each]);
        left = one < left ? one : left;
    }
    return left;
}

/* An element of 64 or 32 bits. */
static inline uint64_t value_at(const void *numbers, bool wide, size_t at) {
    return wide ? ((const uint64_t *)numbers)[at] : ((const uint32_t *)numbers)[at];
}

/* The index of the first element not below `wanted`. */
static inline size_t first_not_below(const void *sorted, bool wide, size_t size, uint64_t wanted) {
    size_t first = 0;
    while (size) {
        size_t half = size - size / 2;
        first += value_at(sorted, wide, first + half - 1) < wanted ? half : 0;
        size /= 2;
    }
    return first;
}

/* Equal elements fall into the same walk; short lists are not split. */
static inline void part_walks(const void *mine, size_t size, const void *theirs, size_t their_size, bool wide, Walk *walks) {
    bool parted = size >= WORTH_PARTING && their_size >= WORTH_PARTING;
    size_t at = 0, other = 0;
    for (size_t each = 0; each < WALKS; each++) {
        size_t end = size, other_end = their_size;
        if (parted && each + 1 < WALKS) {
            uint64_t bound = value_at(mine, wide, size * (each + 1) / WALKS);
            end = first_not_below(mine, wide, size, bound);
            other_end = first_not_below(theirs, wide, their_size, bound);
        }
        walks[each] = (Walk){at, end, other, other_end};
        at = end;
        other = other_end;
    }
}

#endif
