/* The texts of records on their way to being compared. */
#ifndef WIREMATCH_CANDIDATES_H
#define WIREMATCH_CANDIDATES_H

#include "kernel.h"

/* kernels/forms/candidates.py has the same fields. */
typedef struct {
    int64_t words;          /* words read, later words of the prepared text; negative if Python has to do it */
    int64_t characters;     /* of the text */
    int64_t text_bytes;     /* size of the prepared text at the head of its block ... */
    int64_t bytes;          /* ... and of the whole block, with the form behind the text */
    int64_t measured_bytes; /* size of the measured form */
    int64_t plain_count, strange_count, spoken_count; /* of the form */
} Candidate;

#endif
