/* Overlap of sets of shingles, which the sieve computes for every candidate. */
#include "kernel.h"

#define TABLE_BITS 16

/* Slot in the table: shingles are hashes already, so their low bits do. */
static inline uint32_t slot_of(uint32_t shingle) { return shingle & ((1u << TABLE_BITS) - 1); }

/* Counts the sorted distinct numbers `theirs` that are among the sorted distinct `mine`. Most are not: one bit rules out
 * nearly all of these, and the rest are searched from where the last one was found. */
static size_t shared_count(const uint64_t *present, const uint32_t *mine, size_t size, const uint32_t *theirs,
                           size_t their_size) {
    size_t shared = 0, place = 0;
    for (size_t at = 0; at < their_size; at++) {
        uint32_t wanted = theirs[at], slot = slot_of(wanted);
        if (!(present[slot >> 6] >> (slot & 63) & 1)) continue;
        while (place < size && mine[place] < wanted) place++;
        if (place == size) break;
        shared += mine[place] == wanted;
    }
    return shared;
}

/* For each of `count` texts, whose sorted distinct shingles follow one another in `theirs`, the shared shingles as a share of
 * the smaller text's. */
EXPORTED void wirematch_overlaps(const uint32_t *mine, size_t size, const uint32_t *theirs, const int64_t *their_sizes,
                                 size_t count, double *shares) {
    uint64_t present[1u << (TABLE_BITS - 6)] = {0};
    for (size_t at = 0; at < size; at++) {
        uint32_t slot = slot_of(mine[at]);
        present[slot >> 6] |= UINT64_C(1) << (slot & 63);
    }
    for (size_t text = 0; text < count; text++) {
        size_t their_size = (size_t)their_sizes[text], smaller = their_size < size ? their_size : size;
        size_t shared = shared_count(present, mine, size, theirs, their_size);
        shares[text] = (double)shared / (double)(smaller > 0 ? smaller : 1);
        theirs += their_size;
    }
}
