/* Which sentences hold which words, and what two texts' sentences share. */
#ifndef WIREMATCH_HOLDERS_H
#define WIREMATCH_HOLDERS_H

#include "interning.h"
#include "room.h"
#include "sentences.h"

/* The sentences that hold each word of a vocabulary: those of word w are holders[begins[w]] up to holders[begins[w + 1]]. To
 * be left where they are found. */
typedef struct {
    uint32_t *begins, *holders;
    int32_t *there; /* of each of my words its place in their vocabulary, or -1 */
    NearRoom room;
} Holders;

static inline bool find_holders(const Side *mine, const Side *theirs, Holders *found) {
    size_t words = theirs->vocabulary_size;
    if (!make_near_room(&found->room, (words + 2 + theirs->entry_count + mine->vocabulary_size) / 2 + 1)) return false;
    found->begins = (uint32_t *)found->room.numbers;
    memset(found->begins, 0, (words + 2) * sizeof *found->begins);
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

static inline void leave_holders(const Holders *found) { leave_near_room(&found->room); }

/* A sum as a share of a whole, at most 1; nothing is no share. Sums of weights are exact, in whatever order they are
 * taken: a weight has 24 bits, and a double room for all that a text's sentences can add to them. */
static inline float share_of(double sum, float whole) {
    if (!(whole > 0)) return 0;
    float share = (float)(sum / (double)whole);
    return share < 1 ? share : 1;
}

/* The weight that one of my sentences shares with each of theirs, weighed as in my text or in theirs; `*entry` is the
 * first of the sentence's words, and of the next sentence's then. */
static inline void add_shared(const Side *mine, const Side *theirs, const Holders *holders, size_t sentence,
                              bool weights_of_theirs, size_t *entry, double *shared) {
    memset(shared, 0, theirs->sentence_count * sizeof *shared);
    for (; *entry < mine->entry_count && (size_t)mine->entry_sentences[*entry] == sentence; ++*entry) {
        int64_t word = mine->entry_places[*entry];
        int32_t there = holders->there[word];
        if (there < 0) continue;
        double weight = (double)(weights_of_theirs ? theirs->vocabulary_weights[there] : mine->vocabulary_weights[word]);
        for (uint32_t at = holders->begins[there]; at < holders->begins[there + 1]; at++)
            shared[holders->holders[at]] += weight;
    }
}

#endif
