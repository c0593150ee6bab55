/* What comparing needs of a text before it is measured, in one block of memory with nothing in it for Python. */
#ifndef WIREMATCH_FORM_H
#define WIREMATCH_FORM_H

#include "measured.h"
#include "outline.h"
#include "phrases.h"

/* Stands at the head of the block; what it points to stands behind it, or in the text. */
typedef struct {
    Given given;     /* for measuring */
    Outline outline; /* for screening */
    Phrases phrases; /* for the event */
    size_t plain_count, strange_count, spoken_count;
} Form;

#endif
