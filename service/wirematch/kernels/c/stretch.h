/* A stretch of a text by itself, as if all around it were furniture. */
#ifndef WIREMATCH_STRETCH_H
#define WIREMATCH_STRETCH_H

#include "form.h"
#include "topic.h"

/* Points into what was given where the stretch is all of the text, else into memory of its own. */
typedef struct {
    Span span; /* in words of the text */
    const Form *whole;
    Phrases phrases;
    const Measured *measured; /* NULL until it is asked for */
    void *memory, *more;
} StretchOf;

/* The phrases of a stretch, or of all of a text where it is below 0; a negative number where there is none. */
int64_t wirematch_take_stretch(const Form *whole, const Measured *measured, Span span, StretchOf *out);

/* Its measured form, of at most so many sentences. */
int64_t wirematch_measure_stretch(StretchOf *stretch, size_t most_sentences);

void wirematch_leave_stretch(const StretchOf *stretch);

#endif
