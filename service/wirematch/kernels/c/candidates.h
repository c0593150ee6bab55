/* Texts of records on their way to what they are compared by. */
#ifndef WIREMATCH_CANDIDATES_H
#define WIREMATCH_CANDIDATES_H

#include "kernel.h"

/* kernels/candidates.py has the same fields. */
typedef struct {
    int64_t words;          /* that were read, and then those of the prepared text; below 0 where Python has to do it */
    int64_t characters;     /* of the text */
    int64_t text_bytes;     /* that the prepared text takes at the head of its block ... */
    int64_t bytes;          /* ... and what the whole block takes, with the form behind the text */
    int64_t measured_bytes; /* that a measured form takes */
    int64_t plain_count, strange_count, spoken_count; /* of the form */
} Candidate;

#endif
