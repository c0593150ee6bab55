/* Evaluates boosted trees on many pairs; the kernel of wirematch.matching.model.trees. */
#include "scoring/forest.h"

bool wirematch_is_grown_well(const Forest *forest) {
    if (forest->begins[0] != 0 || forest->begins[forest->columns] != (int64_t)forest->test_count) return false;
    for (size_t column = 0; column < forest->columns; column++)
        if (forest->begins[column] > forest->begins[column + 1]) return false;
    for (size_t test = 0; test < forest->test_count; test++)
        if (forest->trees[test] >= forest->tree_count) return false;
    return true;
}

double wirematch_score_row(const Forest *forest, const double *row, uint16_t *out) {
    memset(out, 0, forest->tree_count * sizeof *out);
    for (size_t column = 0; column < forest->columns; column++)
        for (int64_t test = forest->begins[column]; test < forest->begins[column + 1]; test++) {
            if (!(row[column] > forest->thresholds[test])) break;
            out[forest->trees[test]] |= forest->ruled_out[test];
        }
    double sum = 0;
    for (size_t tree = 0; tree < forest->tree_count; tree++) {
        uint32_t left = (uint16_t)~out[tree];
        sum += forest->values[tree * MOST_LEAVES + (left ? (size_t)__builtin_ctz(left) : 0)];
    }
    return sum;
}

/* Scores each of `count` rows. */
EXPORTED int64_t wirematch_score_forest(const Forest *forest, const double *rows, size_t count, double *scores) {
    if (!wirematch_is_grown_well(forest)) return NOT_READABLE;
    uint16_t *out = malloc((forest->tree_count + 1) * sizeof *out);
    if (!out) return NO_MEMORY;
    for (size_t row = 0; row < count; row++) scores[row] = wirematch_score_row(forest, rows + row * forest->columns, out);
    free(out);
    return (int64_t)count;
}
