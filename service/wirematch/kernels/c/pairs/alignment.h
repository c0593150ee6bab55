/* Passages that two texts share. */
#ifndef WIREMATCH_ALIGNMENT_H
#define WIREMATCH_ALIGNMENT_H

#include "pairs/measured.h"
#include "pairs/rewording.h"

/* Amount of what was found; as in passages.py. */
typedef struct {
    size_t pieces;
    int64_t covered, taken; /* words of mine in passages, and in runs */
} PassagesFound;

/* Counts my words in passages found in theirs, and in runs, with my weights; the counts are negative if Python has to find
 * them. Returns false if memory is short. */
bool wirematch_cover(const Measured *mine, const Measured *theirs, const Rules *rules, PassagesFound *found);

#endif
