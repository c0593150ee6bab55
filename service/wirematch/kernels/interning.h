/* Hashes that a text holds, as small numbers: the place of each among the text's sorted distinct hashes. */
#ifndef WIREMATCH_INTERNING_H
#define WIREMATCH_INTERNING_H

#include "spreading.h"

/* Of `size` hashes the distinct ones, sorted, and the place of each among them; gives how many are distinct. `keyed` has
 * room for twice as many. Sorting takes no longer whatever the hashes are, which a hash table does. */
static inline int64_t intern_with(const uint32_t *hashes, size_t size, uint32_t *distinct, uint32_t *places,
                                  Keyed *keyed) {
    for (size_t at = 0; at < size; at++) keyed[at] = (Keyed){hashes[at], (uint32_t)at};
    sort_spread(keyed, keyed + size, size);
    size_t count = 0;
    for (size_t at = 0; at < size; at++) {
        if (!at || keyed[at].key != keyed[at - 1].key) distinct[count++] = (uint32_t)keyed[at].key;
        places[keyed[at].owner] = (uint32_t)(count - 1);
    }
    return (int64_t)count;
}

/* The same with room of its own, or NO_MEMORY. */
static inline int64_t intern(const uint32_t *hashes, size_t size, uint32_t *distinct, uint32_t *places) {
    Keyed *keyed = malloc((2 * size + 1) * sizeof *keyed);
    if (!keyed) return NO_MEMORY;
    int64_t count = intern_with(hashes, size, distinct, places, keyed);
    free(keyed);
    return count;
}

/* Of `size` sorted distinct hashes, the place of each among those of another text, or -1. One walk over both, without a
 * branch that nobody could foretell. */
static inline void match_places(const uint32_t *mine, size_t size, const uint32_t *theirs, size_t their_size,
                                int32_t *places) {
    size_t at = 0, other = 0;
    while (at < size && other < their_size) {
        uint32_t one = mine[at], two = theirs[other];
        places[at] = one == two ? (int32_t)other : -1; /* and again, until theirs are as far */
        at += one <= two;
        other += two <= one;
    }
    for (; at < size; at++) places[at] = -1;
}

#endif
