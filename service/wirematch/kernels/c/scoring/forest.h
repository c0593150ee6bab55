/* Boosted trees. Tests are ordered by feature and then by threshold, so that the failing ones come first and no others are
 * looked at (QuickScorer: Lucchese et al. 2015).
 */
#ifndef WIREMATCH_FOREST_H
#define WIREMATCH_FOREST_H

#include "kernel.h"

enum { MOST_LEAVES = 16 };

typedef struct {
    const int64_t *begins;     /* of each column's tests, and the end */
    const double *thresholds;  /* ascending for each column; a larger number fails */
    const uint32_t *trees;     /* the tree of each test */
    const uint16_t *ruled_out; /* the leaves that a failed test rules out */
    const double *values;      /* MOST_LEAVES leaves for each tree */
    size_t test_count, tree_count, columns;
} Forest;

/* Whether every test belongs to an existing tree. */
bool wirematch_is_grown_well(const Forest *forest);

/* Sums over all trees, from first to last, for one row; `out` has one set for each tree. */
double wirematch_score_row(const Forest *forest, const double *row, uint16_t *out);

#endif
