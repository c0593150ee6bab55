/* Which sentences hold which words, and what the sentences of two texts share. */
#ifndef WIREMATCH_HOLDERS_H
#define WIREMATCH_HOLDERS_H

#include "interning.h"
#include "pairs/sentences.h"
#include "room.h"

/* The sentences that hold each word of a vocabulary: for word w, holders[begins[w]] up to holders[begins[w + 1]]. Release it
 * where it was made. */
typedef struct {
    uint32_t *begins, *holders;
    int32_t *there; /* per word of mine, its index in their vocabulary, or -1 */
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
    /* Counted two places ahead, so that filling moves each begin to where it belongs. */
    const uint32_t *places = theirs->entry_places, *sentences = theirs->entry_sentences;
    uint32_t *begins = found->begins, *ahead = begins + 2, *holders = found->holders;
    for (size_t at = 0; at < theirs->entry_count; at++)
        if ((size_t)places[at] + 1 < words) ahead[places[at]]++;
    for (size_t word = 2; word <= words; word++) begins[word] += begins[word - 1];
    for (size_t at = 0; at < theirs->entry_count; at++) holders[begins[places[at] + 1]++] = sentences[at];
    return true;
}

static inline void leave_holders(const Holders *found) { leave_near_room(&found->room); }

/* A sum as a share of a whole, at most 1; 0 for an empty whole. Sums of weights are exact in any order: weights have 24 bits,
 * and a double has room for all that a text's sentences can add to them. */
static inline float share_of(double sum, float whole) {
    if (!(whole > 0)) return 0;
    float share = (float)(sum / (double)whole);
    return share < 1 ? share : 1;
}

/* Adds the weight that one of my sentences shares with each of theirs, by my weights or theirs; `*entry` is the sentence's
 * first word and is advanced to the next sentence's. */
static inline void add_shared(const Side *mine, const Side *theirs, const Holders *holders, size_t sentence,
                              bool weights_of_theirs, size_t *entry, double *restrict shared) {
    const uint32_t *sentences = mine->entry_sentences, *places = mine->entry_places;
    const uint32_t *begins = holders->begins, *of_words = holders->holders;
    const float *my_weights = mine->vocabulary_weights, *their_weights = theirs->vocabulary_weights;
    const int32_t *places_there = holders->there;
    size_t at = *entry, count = mine->entry_count;
    memset(shared, 0, theirs->sentence_count * sizeof *shared);
    for (; at < count && sentences[at] == sentence; at++) {
        uint32_t word = places[at];
        int32_t there = places_there[word];
        if (there < 0) continue;
        double weight = (double)(weights_of_theirs ? their_weights[there] : my_weights[word]);
        for (uint32_t holder = begins[there]; holder < begins[there + 1]; holder++) shared[of_words[holder]] += weight;
    }
    *entry = at;
}

#endif
