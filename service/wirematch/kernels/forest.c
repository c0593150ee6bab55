/* Boosted trees that test many pairs: what wirematch.matching.trees does. Tests stand by feature, and those of one feature
 * by threshold, so that the ones that fail come first and no other is looked at (QuickScorer: Lucchese et al. 2015).
 */
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

static bool is_grown_well(const Forest *forest) {
    if (forest->begins[0] != 0 || forest->begins[forest->columns] != (int64_t)forest->test_count) return false;
    for (size_t column = 0; column < forest->columns; column++)
        if (forest->begins[column] > forest->begins[column + 1]) return false;
    for (size_t test = 0; test < forest->test_count; test++)
        if (forest->trees[test] >= forest->tree_count) return false;
    return true;
}

/* The sum over all trees, from the first to the last, for each of `count` rows of a number a column. */
EXPORTED int64_t wirematch_score_forest(const Forest *forest, const double *rows, size_t count, double *scores) {
    if (!is_grown_well(forest)) return NOT_READABLE;
    uint16_t *out = malloc((forest->tree_count + 1) * sizeof *out);
    if (!out) return NO_MEMORY;
    for (size_t row = 0; row < count; row++) {
        memset(out, 0, forest->tree_count * sizeof *out);
        for (size_t column = 0; column < forest->columns; column++) {
            double number = rows[row * forest->columns + column];
            for (int64_t test = forest->begins[column]; test < forest->begins[column + 1]; test++) {
                if (!(number > forest->thresholds[test])) break;
                out[forest->trees[test]] |= forest->ruled_out[test];
            }
        }
        double sum = 0;
        for (size_t tree = 0; tree < forest->tree_count; tree++) {
            uint32_t left = (uint16_t)~out[tree];
            sum += forest->values[tree * MOST_LEAVES + (left ? (size_t)__builtin_ctz(left) : 0)];
        }
        scores[row] = sum;
    }
    free(out);
    return (int64_t)count;
}
