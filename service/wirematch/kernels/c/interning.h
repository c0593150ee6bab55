/* Interning: replaces hashes by small numbers, their indices among a text's sorted distinct hashes. */
#ifndef WIREMATCH_INTERNING_H
#define WIREMATCH_INTERNING_H

#include "spreading.h"
#include "walking.h"

/* Writes the sorted distinct values of `size` hashes and each hash's index among them; returns how many are distinct.
 * `numbers` has room for twice as many. Unlike for a hash table, no input makes sorting slow. */
static inline int64_t intern_with(const uint32_t *hashes, size_t size, uint32_t *distinct, uint32_t *places,
                                  uint64_t *numbers) {
    for (size_t at = 0; at < size; at++) numbers[at] = owned(hashes[at], at);
    sort_numbers(numbers, numbers + size, size);
    size_t count = 0;
    uint32_t before = 0;
    for (size_t at = 0; at < size; at++) {
        uint32_t hash = hash_in(numbers[at]);
        count += !at | (hash != before);
        distinct[count - 1] = before = hash; /* rewritten if equal to the one before: branchless, as unpredictable */
        places[owner_in(numbers[at])] = (uint32_t)(count - 1);
    }
    return (int64_t)count;
}

/* The same with a buffer of its own; NO_MEMORY. */
static inline int64_t intern(const uint32_t *hashes, size_t size, uint32_t *distinct, uint32_t *places) {
    uint64_t *numbers = malloc((2 * size + 1) * sizeof *numbers);
    if (!numbers) return NO_MEMORY;
    int64_t count = intern_with(hashes, size, distinct, places, numbers);
    free(numbers);
    return count;
}

/* Writes both indices, or -1, and again until the other list has caught up; `here` may be NULL. */
static inline void match_step(const uint32_t *mine, const uint32_t *theirs, int32_t *there, int32_t *here, Walk *walk) {
    uint32_t one = mine[walk->at], two = theirs[walk->other];
    there[walk->at] = one == two ? (int32_t)walk->other : -1;
    if (here) here[walk->other] = one == two ? (int32_t)walk->at : -1;
    walk->at += one <= two;
    walk->other += two <= one;
}

static inline void match_walks(const uint32_t *mine, const uint32_t *theirs, int32_t *there, int32_t *here, Walk *walks) {
    for (size_t left; (left = steps_left_in_all(walks));) {
        Walk first = walks[0], second = walks[1], third = walks[2], fourth = walks[3]; /* in registers */
        for (; left; left--) {
            match_step(mine, theirs, there, here, &first);
            match_step(mine, theirs, there, here, &second);
            match_step(mine, theirs, there, here, &third);
            match_step(mine, theirs, there, here, &fourth);
        }
        walks[0] = first, walks[1] = second, walks[2] = third, walks[3] = fourth;
    }
    for (int each = 0; each < WALKS; each++) {
        Walk *walk = &walks[each];
        for (size_t left; (left = steps_left(walk));)
            for (; left; left--) match_step(mine, theirs, there, here, walk);
        for (; walk->at < walk->end; walk->at++) there[walk->at] = -1;
        if (here)
            for (; walk->other < walk->other_end; walk->other++) here[walk->other] = -1;
    }
}

/* The index of each of `size` sorted distinct hashes among those of another text, or -1. */
static inline void match_places(const uint32_t *mine, size_t size, const uint32_t *theirs, size_t their_size,
                                int32_t *there) {
    Walk walks[WALKS];
    part_walks(mine, size, theirs, their_size, false, walks);
    match_walks(mine, theirs, there, NULL, walks);
}

/* The same, and the indices of theirs among mine. */
static inline void match_both(const uint32_t *mine, size_t size, const uint32_t *theirs, size_t their_size, int32_t *there,
                              int32_t *here) {
    Walk walks[WALKS];
    part_walks(mine, size, theirs, their_size, false, walks);
    match_walks(mine, theirs, there, here, walks);
}

#endif
