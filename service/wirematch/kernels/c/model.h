/* From the features of a pair to a probability. */
#ifndef WIREMATCH_MODEL_H
#define WIREMATCH_MODEL_H

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

/* Whether all columns and trees are there. */
bool wirematch_is_sound_model(const Model *model);

/* Bytes of the room that a row needs, aligned to 8. */
size_t wirematch_model_bytes(const Model *model);

/* How likely one text derives from the other, of a row of features; the model is sound. */
double wirematch_probability(const Model *model, const double *row, double *room);

#endif
