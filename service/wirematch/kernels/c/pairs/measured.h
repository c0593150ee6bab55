/* What measuring and aligning need of a text, computed once for all of its pairs. */
#ifndef WIREMATCH_MEASURED_H
#define WIREMATCH_MEASURED_H

#include "pairs/runs.h"
#include "pairs/sentences.h"
#include "text/prepared_text.h"

/* In the order of `VIEWS` and `SEQUENCES` in wirematch.matching.profiles.profile. */
enum { BIGRAMS, OWN_TRIGRAMS, OWN_WORDING_PAIRS, NAMES, NUMBERS, CONTENT_PAIRS, OWN_PLAIN_PAIRS, VIEWS };
enum { CONTENT_WORDS, OWN_CONTENT, ALL_WORDS, FACTS, SEQUENCES };
enum { SEED_WORDS = 5, MOST_PLACES = 16, HASH_BITS = 59, MOST_IN_ORDER = 8192 };

/* A text with the results of outline.c; sentences as in a profile, which may have fewer than the text. */
typedef struct {
    const Text *text;
    const float *weights;
    const uint32_t *stems, *stem_places;
    size_t stem_count;
    const uint32_t *vocabulary;
    const float *vocabulary_weights;
    const uint32_t *vocabulary_places;
    size_t vocabulary_size, content_count;
    const int32_t *sentences;
    size_t sentence_count;
} Given;

/* The first MOST_IN_ORDER words of a kind, in order, as indices of their stems. */
typedef struct {
    const uint32_t *words;
    size_t size;
} Sequence;

typedef struct {
    Side side;
    Seeds seeds;
    /* The sorted distinct keys of each view; those of view v begin at view_edges[v]. */
    const uint64_t *view_keys;
    const float *name_weights; /* of the keys in NAMES; all others weigh 1 */
    size_t view_edges[VIEWS + 1];
    double view_totals[VIEWS];
    Sequence sequences[SEQUENCES];
    const uint32_t *own_before;    /* own words before each word, and in total */
    const double *sentence_shares; /* each sentence's share of the text's content, by weight */
    size_t spoken;
} Measured;

/* The shared runs. Texts too short for seeds have a run only if they are equal. */
static inline int64_t runs_of(const Measured *shorter, const Measured *longer, Run *runs) {
    const Seeds *mine = &shorter->seeds, *theirs = &longer->seeds;
    if (mine->count) return theirs->count ? find_runs(mine, theirs, SEED_WORDS, MOST_PLACES, runs) : 0;
    bool equal = mine->size && mine->size == theirs->size && !memcmp(mine->words, theirs->words, 4 * mine->size);
    if (equal) runs[0] = (Run){0, 0, (int32_t)mine->size};
    return equal;
}

/* The size for a text with so many words, distinct stems, content words and sentences. */
size_t wirematch_measured_bytes(size_t size, size_t stems, size_t content, size_t sentences);

/* Makes the measured form of a text in a block of that size, aligned to 8. Returns the number of words. */
int64_t wirematch_measure(const Given *given, uint8_t *block, size_t bytes, Measured *out);

#endif
