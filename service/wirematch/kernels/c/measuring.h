/* What two measured texts share, in numbers. */
#ifndef WIREMATCH_MEASURING_H
#define WIREMATCH_MEASURING_H

#include "measured.h"

enum { EVENT_FEATURES = 2 };

/* As in features.py; numbers beyond which a sentence counts as found, and its order is looked at. */
typedef struct {
    double found, in_order;
    const int64_t *columns; /* which numbers are wanted, by their place among all: those of `Numbers` in measuring.c */
    size_t column_count;
} MeasuringRules;

/* Whether all columns are there. */
bool wirematch_can_measure(const MeasuringRules *rules);

/* The wanted numbers of a submission and a story, whichever is the shorter, with those that the event says of them. False
 * where there is no memory. */
bool wirematch_measure_pair(const Measured *submission, const Measured *story, const double *in_event,
                            const MeasuringRules *rules, double *row);

#endif
