/* Which sentences of two texts tell the same: what wirematch.matching.sentences does. */
#include "sentences.h"

#include "interning.h"

/* Of each distinct stem of a text its place, and of each word the place of its stem. */
EXPORTED int64_t wirematch_intern(const uint32_t *hashes, size_t size, uint32_t *distinct, uint32_t *places) {
    return intern(hashes, size, distinct, places);
}

/* The sentences that hold each word of a vocabulary: those of word w are holders[begins[w]] up to holders[begins[w + 1]]. */
typedef struct {
    uint32_t *begins, *holders;
    int32_t *there; /* of each of my words its place in their vocabulary, or -1 */
} Holders;

static bool find_holders(const Side *mine, const Side *theirs, Holders *found) {
    size_t words = theirs->vocabulary_size;
    found->begins = calloc(words + 2 + theirs->entry_count + mine->vocabulary_size, sizeof(uint32_t));
    if (!found->begins) return false;
    found->holders = found->begins + words + 2;
    found->there = (int32_t *)(found->holders + theirs->entry_count);
    match_places(mine->vocabulary, mine->vocabulary_size, theirs->vocabulary, words, found->there);
    /* Counted two places ahead, so that filling moves each beginning to where it belongs. */
    uint32_t *ahead = found->begins + 2;
    for (size_t at = 0; at < theirs->entry_count; at++)
        if ((size_t)theirs->entry_places[at] + 1 < words) ahead[theirs->entry_places[at]]++;
    for (size_t word = 2; word <= words; word++) found->begins[word] += found->begins[word - 1];
    for (size_t at = 0; at < theirs->entry_count; at++)
        found->holders[found->begins[theirs->entry_places[at] + 1]++] = (uint32_t)theirs->entry_sentences[at];
    return true;
}

/* A sum as a share of a whole, at most 1; nothing is no share. Sums of weights are exact, in whatever order they are
 * taken: a weight has 24 bits, and a double room for all that a text's sentences can add to them. */
static inline float share_of(double sum, float whole) {
    if (!(whole > 0)) return 0;
    float share = (float)(sum / (double)whole);
    return share < 1 ? share : 1;
}

/* Of each of my i sentences and each of their j, the share of mine, by weight, that stands in theirs, and of theirs that
 * stands in mine: two arrays of i x j. */
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
        memset(shared, 0, columns * sizeof *shared);
        for (; entry < mine->entry_count && (size_t)mine->entry_sentences[entry] == row; entry++) {
            int64_t word = mine->entry_places[entry];
            int32_t there = holders.there[word];
            if (there < 0) continue;
            for (uint32_t at = holders.begins[there]; at < holders.begins[there + 1]; at++)
                shared[holders.holders[at]] += (double)mine->vocabulary_weights[word];
        }
        for (size_t column = 0; column < columns; column++) {
            in_story[row * columns + column] = share_of(shared[column], mine->sentence_weights[row]);
            in_submission[row * columns + column] = share_of(shared[column], theirs->sentence_weights[column]);
        }
    }
    free(holders.begins);
    free(shared);
    return 0;
}
