/* What two measured texts share, in numbers. */
#ifndef WIREMATCH_MEASURING_H
#define WIREMATCH_MEASURING_H

#include "pairs/measured.h"

enum { EVENT_FEATURES = 2 };

/* As in features.py: thresholds from which on a sentence counts as found, and counts for the order. */
typedef struct {
    double found, in_order;
    const int64_t *columns; /* the selected numbers, as indices into `Numbers` in measuring.c */
    size_t column_count;
} MeasuringRules;

/* Whether all columns exist. */
bool wirematch_can_measure(const MeasuringRules *rules);

/* Measures a pair, whichever text is the shorter, with its event features. False if there is no memory. */
bool wirematch_measure_pair(const Measured *submission, const Measured *story, const double *in_event,
                            const MeasuringRules *rules, double *row);

#endif
