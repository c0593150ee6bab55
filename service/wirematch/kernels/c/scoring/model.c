/* From features to probabilities; the kernel of wirematch.matching.model.derivation. */
#include "scoring/model.h"

#include <math.h>

static bool are_within(const int64_t *columns, size_t count, size_t most) {
    for (size_t at = 0; at < count; at++)
        if ((uint64_t)columns[at] >= most) return false;
    return true;
}

bool wirematch_is_sound_model(const Model *model) {
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

size_t wirematch_model_bytes(const Model *model) {
    return (model->rewrites->columns + 1) * sizeof(double) + (model->rewrites->tree_count + 1) * sizeof(uint16_t);
}

double wirematch_probability(const Model *model, const double *row, double *room) {
    const Forest *rewrites = model->rewrites;
    double *tested = room;
    uint16_t *out = (uint16_t *)(tested + rewrites->columns + 1);
    for (size_t column = 0; column < rewrites->columns; column++) tested[column] = row[model->rewrites_columns[column]];
    double score = model->most * tanh(ask_readers(&model->readers, row) / model->most);
    score += model->of_rewrites * wirematch_score_row(rewrites, tested, out);
    double odds = model->slope * score + model->of_voices * row[model->voices] + model->intercept;
    return 0.5 + 0.5 * tanh(0.5 * odds);
}

/* The probability of derivation for each of `count` rows. */
EXPORTED int64_t wirematch_probabilities(const Model *model, const double *rows, size_t count, double *probabilities) {
    if (!wirematch_is_sound_model(model)) return NOT_READABLE;
    double *room = malloc(wirematch_model_bytes(model));
    if (!room) return NO_MEMORY;
    for (size_t at = 0; at < count; at++)
        probabilities[at] = wirematch_probability(model, rows + at * model->columns, room);
    free(room);
    return (int64_t)count;
}
