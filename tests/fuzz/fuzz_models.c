/* Trees, and the model that asks them. */
#include "fuzz.h"

#include "scoring/forest.c"
#include "scoring/model.c"

/* A model that asks the trees, over so many numbers in rows of any length. */
static void ask_model(const Forest *forest, const double *numbers, size_t count) {
    size_t columns = 1 + below(12), asked = below(9), rows = count / columns;
    int64_t *of_readers = exact(8 * asked), *of_trees = exact(8 * forest->columns);
    double *weights = exact(8 * asked), *means = exact(8 * asked), *scales = exact(8 * asked), *found = exact(8 * rows);
    for (size_t at = 0; at < asked; at++) {
        of_readers[at] = (int64_t)(one_in(200) ? draw() : below(columns));
        weights[at] = (double)below(9) - 4;
        means[at] = (double)below(9) / 8;
        scales[at] = (double)(1 + below(9)) / 8;
    }
    for (size_t at = 0; at < forest->columns; at++) of_trees[at] = (int64_t)(one_in(200) ? draw() : below(columns));
    Model model = {{of_readers, weights, means, scales, asked, 0.5}, forest, of_trees, 1.5, 0.5,
                   (int64_t)(one_in(50) ? draw() : below(columns)), 2, 0.25, -1, columns};
    int64_t told = wirematch_probabilities(&model, numbers, rows, found);
    for (int64_t row = 0; row < told; row++) CHECK(found[row] >= 0 && found[row] <= 1);
}

static void score_trees(void) {
    size_t trees = below(40), columns = 1 + below(9), rows = below(4), tests = 0;
    int64_t *begins = exact(8 * (columns + 1));
    begins[0] = 0;
    for (size_t column = 0; column < columns; column++) begins[column + 1] = (int64_t)(tests += trees ? below(30) : 0);
    if (one_in(50)) begins[below(columns + 1)] = (int64_t)draw();
    double *thresholds = exact(8 * tests), *values = exact(8 * trees * MOST_LEAVES), *numbers = exact(8 * rows * columns);
    uint32_t *whose = exact(4 * tests);
    uint16_t *ruled_out = exact(2 * tests);
    for (size_t at = 0; at < tests; at++) {
        whose[at] = (uint32_t)(one_in(500) ? draw() : below(trees));
        thresholds[at] = (double)below(10);
        ruled_out[at] = (uint16_t)draw();
    }
    for (size_t at = 0; at < trees * MOST_LEAVES; at++) values[at] = (double)below(9);
    for (size_t at = 0; at < rows * columns; at++) numbers[at] = (double)below(10);
    Forest forest = {begins, thresholds, whose, ruled_out, values, tests, trees, columns};
    double *scores = exact(8 * rows);
    int64_t scored = wirematch_score_forest(&forest, numbers, rows, scores);
    for (int64_t row = 0; row < scored; row++) CHECK(scores[row] >= 0 && scores[row] <= 8.0 * (double)trees);
    ask_model(&forest, numbers, rows * columns);
}

static void one_round(void) { score_trees(); }
