/* Which of many stories are worth measuring. */
#ifndef WIREMATCH_SCREENING_H
#define WIREMATCH_SCREENING_H

#include "forms/form.h"
#include "scoring/event.h"

/* As in screening.py. */
typedef struct {
    double worth_measuring, related; /* least similarities */
    int64_t at_least;                /* the most similar ones that are measured if they are related */
} ScreeningRules;

/* As `Choice` in choosing.py. */
enum { UNLIKELY, WORTH_IT, EQUAL };

/* The similarity of each of `count` stories to a submission, and what to do with it; `pairs` are their event facts. */
int64_t wirematch_screen(const Form *submission, const Form *const *stories, size_t count, const PairInEvent *pairs,
                         const ScreeningRules *rules, double *alike, uint8_t *choices);

#endif
