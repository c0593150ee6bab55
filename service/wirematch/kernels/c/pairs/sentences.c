/* Overlap of the sentences of two texts; the kernel of wirematch.matching.pairs.sentences. */
#include "pairs/holders.h"

/* Sorted distinct stems of a text, and the index of each word's stem. */
EXPORTED int64_t wirematch_intern(const uint32_t *hashes, size_t size, uint32_t *distinct, uint32_t *places) {
    return intern(hashes, size, distinct, places);
}

/* For each of my i sentences and their j, the share of mine, by weight, found in theirs, and of theirs found in mine: two
 * arrays of i x j. */
EXPORTED int64_t wirematch_overlap_sentences(const Side *mine, const Side *theirs, float *in_story,
                                             float *in_submission) {
    if (!is_sound(mine) || !is_sound(theirs)) return NOT_READABLE;
    Holders holders;
    size_t columns = theirs->sentence_count;
    double *shared = malloc((columns + 1) * sizeof *shared);
    if (!shared) return NO_MEMORY;
    if (!find_holders(mine, theirs, &holders)) {
        free(shared);
        return NO_MEMORY;
    }
    size_t entry = 0;
    for (size_t row = 0; row < mine->sentence_count; row++) {
        add_shared(mine, theirs, &holders, row, false, &entry, shared);
        for (size_t column = 0; column < columns; column++) {
            in_story[row * columns + column] = share_of(shared[column], mine->sentence_weights[row]);
            in_submission[row * columns + column] = share_of(shared[column], theirs->sentence_weights[column]);
        }
    }
    leave_holders(&holders);
    free(shared);
    return 0;
}
