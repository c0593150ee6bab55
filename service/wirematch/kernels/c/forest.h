/* Boosted trees. Tests stand by feature, and those of one feature by threshold, so that the ones that fail come first and no
 * other is looked at (QuickScorer: Lucchese et al. 2015).
 */
#ifndef WIREMATCH_FOREST_H
#define WIREMATCH_FOREST_H

#include "kernel.h"

enum { MOST_LEAVES = 16 };

typedef struct {
    const int64_t *begins;     /* of the tests of each column, then of none */
    const double *thresholds;  /* rising for each column; a number above fails */
    const uint32_t *trees;     /* whose tests they are */
    const uint16_t *ruled_out; /* the leaves that a failed test rules out */
    const double *values;      /* of each tree MOST_LEAVES leaves */
    size_t test_count, tree_count, columns;
} Forest;

/* Whether every test is of a tree that there is. */
bool wirematch_is_grown_well(const Forest *forest);

/* The sum over all trees, from the first to the last, of a row of a number a column; `out` has room for a set a tree. */
double wirematch_score_row(const Forest *forest, const double *row, uint16_t *out);

#endif
