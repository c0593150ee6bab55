/* Boosted trees that test many pairs: what wirematch.matching.trees does. */
#include "kernel.h"

enum { MOST_LEAVES = 16 };

typedef struct {
    const int64_t *feature;    /* s x t columns, as `Forest` in trees.py has them */
    const double *threshold;   /* s x t */
    const uint16_t *ruled_out; /* s x t sets of leaves */
    const double *values;      /* t x 16 */
    size_t tests, trees, columns;
} Forest;

/* The sum over all trees, from the first to the last, for each of `count` rows of `columns` numbers. */
EXPORTED int64_t wirematch_score_forest(const Forest *forest, const double *rows, size_t count, double *scores) {
    size_t trees = forest->trees, cells = forest->tests * trees;
    for (size_t cell = 0; cell < cells; cell++)
        if (forest->feature[cell] < 0 || (size_t)forest->feature[cell] >= forest->columns) return NOT_READABLE;
    uint16_t *out = malloc((trees + 1) * sizeof *out);
    if (!out) return NO_MEMORY;
    for (size_t row = 0; row < count; row++) {
        const double *numbers = rows + row * forest->columns;
        memset(out, 0, trees * sizeof *out);
        for (size_t test = 0; test < forest->tests; test++) {
            const int64_t *feature = forest->feature + test * trees;
            const double *threshold = forest->threshold + test * trees;
            const uint16_t *ruled_out = forest->ruled_out + test * trees;
            for (size_t tree = 0; tree < trees; tree++)
                out[tree] |= numbers[feature[tree]] > threshold[tree] ? ruled_out[tree] : 0;
        }
        double sum = 0;
        for (size_t tree = 0; tree < trees; tree++) {
            uint32_t left = (uint32_t)(uint16_t)~out[tree];
            sum += forest->values[tree * MOST_LEAVES + (left ? (size_t)__builtin_ctz(left) : 0)];
        }
        scores[row] = sum;
    }
    free(out);
    return (int64_t)count;
}
