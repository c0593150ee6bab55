/* A stretch of a text on its own, as if everything around it were furniture. */
#ifndef WIREMATCH_STRETCH_H
#define WIREMATCH_STRETCH_H

#include "forms/form.h"
#include "scoring/topic.h"

/* Points into the given text if the stretch is the whole of it, else into memory of its own. */
typedef struct {
    Span span; /* in words of the text */
    const Form *whole;
    Phrases phrases;
    const Measured *measured; /* NULL until it is requested */
    void *memory, *more;
} StretchOf;

/* Takes the phrases of a stretch, or of the whole text if it is negative; returns a negative number on failure. */
int64_t wirematch_take_stretch(const Form *whole, const Measured *measured, Span span, StretchOf *out);

/* Makes its measured form, with at most so many sentences. */
int64_t wirematch_measure_stretch(StretchOf *stretch, size_t most_sentences);

void wirematch_leave_stretch(const StretchOf *stretch);

#endif
