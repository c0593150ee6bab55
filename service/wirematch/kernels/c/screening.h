/* Which of many stories are worth measuring. */
#ifndef WIREMATCH_SCREENING_H
#define WIREMATCH_SCREENING_H

#include "event.h"
#include "form.h"

/* As in screening.py. */
typedef struct {
    double worth_measuring, related; /* likenesses */
    int64_t at_least;                /* so many of the likest are measured if they are related */
} ScreeningRules;

/* As `Choice` in choosing.py. */
enum { UNLIKELY, WORTH_IT, EQUAL };

/* How alike each of `count` stories and a submission are, and what is to be done with it; `pairs` is what the event says of
 * them. */
int64_t wirematch_screen(const Form *submission, const Form *const *stories, size_t count, const PairInEvent *pairs,
                         const ScreeningRules *rules, double *alike, uint8_t *choices);

#endif
