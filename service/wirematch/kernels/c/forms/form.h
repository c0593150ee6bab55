/* The form of a text: what comparing needs before it is measured, in one block of memory without Python objects. */
#ifndef WIREMATCH_FORM_H
#define WIREMATCH_FORM_H

#include "forms/outline.h"
#include "forms/phrases.h"
#include "pairs/measured.h"

/* At the head of the block; points to memory behind it, or in the text. */
typedef struct {
    Given given;     /* for measuring */
    Outline outline; /* for screening */
    Phrases phrases; /* for the event */
    size_t plain_count, strange_count, spoken_count;
} Form;

/* Maximum size of the block of a text of `size` words with at most `most` sentences. */
size_t wirematch_form_bytes(size_t size, size_t most);

/* Makes the form of a text in a block of `bytes`, aligned to 8. Words have the weights of `rarity`, or else `weights`;
 * sentences are merged until there are at most `most`. The form points into the text. Returns the size of its measured form's
 * block. */
int64_t wirematch_form(const Text *text, const Rarity *rarity, const float *weights, size_t most, uint8_t *memory,
                       size_t bytes);

/* Makes the measured form of a text at the head of a block of `bytes`, aligned to 8; returns the number of words. */
int64_t wirematch_measure_form(const Form *form, uint8_t *memory, size_t bytes);

#endif
