/* Reworded sentences: where they come from, and which of their words; as in alignment.py. */
#ifndef WIREMATCH_REWORDING_H
#define WIREMATCH_REWORDING_H

#include "pairs/sentences.h"

/* The thresholds of alignment.py. */
typedef struct {
    int64_t run_stands_alone, reworded_words, bridged_words, least_piece;
    double mostly_taken, reworded, still_verbatim, gained_by_neighbour, least_weight, rounding;
} Rules;

/* Words [start, end) in both texts. */
typedef struct {
    int32_t start, end, story_start, story_end;
    double equal;
    int64_t verbatim;
} Passage;

/* Everything that the search for reworded sentences needs of both texts. */
typedef struct {
    const Side *mine, *theirs;
    const float *in_story; /* i x j, see sentences.c */
    bool weights_of_story; /* whether the story's weights apply when sentences are combined */
    const Rules *rules;
    int32_t *words_there; /* per content word of mine, its index in their vocabulary, or -1 */
    int32_t *stems_there; /* per stem of mine, its index among theirs, or -1 */
    size_t *my_entries, *their_entries; /* begins of each sentence's entries, and the end */
    /* Valid while equal to the latest mark, so that arrays need not be cleared. */
    uint32_t *words_marked, *stems_marked, *stems_shared;
    uint32_t mark;
} Search;

typedef struct {
    size_t first, end; /* equal: none */
} Partner;

/* Initialises what depends on the texts alone; `my_entries` must be freed. */
bool begin_search(Search *search);

/* Their sentences that hold most of my sentence: one, or two neighbours. */
Partner partner_of(Search *search, size_t number);

/* Marks the stems that the partner holds. */
void mark_stems(Search *search, Partner partner);

/* Words [first, end) of a sentence as one reworded passage; false if they are none. The partner's stems must be marked. */
bool is_reworded(Search *search, Partner partner, int32_t first, int32_t end, Passage *passage);

#endif
