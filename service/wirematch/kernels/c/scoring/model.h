/* From the features of a pair to a probability. */
#ifndef WIREMATCH_MODEL_H
#define WIREMATCH_MODEL_H

#include "scoring/forest.h"

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
    const int64_t *rewrites_columns; /* the columns of a row that the trees test */
    double most, of_rewrites;        /* weights of the stages */
    int64_t voices;                  /* the column of the number of voices */
    double slope, of_voices, intercept;
    size_t columns; /* of a row */
} Model;

/* Whether all columns and trees exist. */
bool wirematch_is_sound_model(const Model *model);

/* Bytes of scratch memory needed per row, to be aligned to 8. */
size_t wirematch_model_bytes(const Model *model);

/* The probability of derivation for a row of features; the model must be sound. */
double wirematch_probability(const Model *model, const double *row, double *room);

#endif
