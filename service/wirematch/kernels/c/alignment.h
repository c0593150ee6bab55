/* Passages that two texts share. */
#ifndef WIREMATCH_ALIGNMENT_H
#define WIREMATCH_ALIGNMENT_H

#include "measured.h"
#include "rewording.h"

/* How much was found; as in passages.py. */
typedef struct {
    size_t pieces;
    int64_t covered, taken; /* words of mine in passages, and in runs */
} PassagesFound;

/* How many of my words stand in passages that theirs has, and in runs, where words weigh as in mine; below 0 where Python has
 * to find them. False where there is no memory. */
bool wirematch_cover(const Measured *mine, const Measured *theirs, const Rules *rules, PassagesFound *found);

#endif
