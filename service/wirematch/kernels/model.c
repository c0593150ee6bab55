/* From features to probabilities: what wirematch.matching.model does. */
#include <math.h>

#include "forest.h"

/* A logistic regression over standardised numbers of a row. */
typedef struct {
    const int64_t *columns;
    const double *weights, *means, *scales;
    size_t count;
    double intercept;
} Readers;

typedef struct {
    Readers readers;
    const Forest *rewrites;
    const int64_t *rewrites_columns; /* of a row, those that trees test */
    double most, of_rewrites;        /* how much either stage has to say */
    int64_t voices;                  /* which number of a row says how many there were */
    double slope, of_voices, intercept;
    size_t columns; /* of a row */
} Model;

static bool are_within(const int64_t *columns, size_t count, size_t most) {
    for (size_t at = 0; at < count; at++)
        if ((uint64_t)columns[at] >= most) return false;
    return true;
}

static bool is_sound_model(const Model *model) {
    return are_within(model->readers.columns, model->readers.count, model->columns) &&
           are_within(model->rewrites_columns, model->rewrites->columns, model->columns) &&
           are_within(&model->voices, 1, model->columns) && wirematch_is_grown_well(model->rewrites);
}

static double ask_readers(const Readers *readers, const double *row) {
    double sum = 0;
    for (size_t at = 0; at < readers->count; at++)
        sum += readers->weights[at] * (row[readers->columns[at]] - readers->means[at]) / readers->scales[at];
    return readers->intercept + sum;
}

/* For each of `count` rows how likely one text derives from the other. */
EXPORTED int64_t wirematch_probabilities(const Model *model, const double *rows, size_t count, double *probabilities) {
    if (!is_sound_model(model)) return NOT_READABLE;
    const Forest *rewrites = model->rewrites;
    double *tested = malloc((rewrites->columns + 1) * sizeof *tested + (rewrites->tree_count + 1) * sizeof(uint16_t));
    if (!tested) return NO_MEMORY;
    uint16_t *out = (uint16_t *)(tested + rewrites->columns + 1);
    for (size_t at = 0; at < count; at++) {
        const double *row = rows + at * model->columns;
        for (size_t column = 0; column < rewrites->columns; column++) tested[column] = row[model->rewrites_columns[column]];
        double score = model->most * tanh(ask_readers(&model->readers, row) / model->most);
        score += model->of_rewrites * wirematch_score_row(rewrites, tested, out);
        double odds = model->slope * score + model->of_voices * row[model->voices] + model->intercept;
        probabilities[at] = 0.5 + 0.5 * tanh(0.5 * odds);
    }
    free(tested);
    return (int64_t)count;
}
