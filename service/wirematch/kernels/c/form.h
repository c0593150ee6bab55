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

/* How large the block of a text with so many words is at the most, with at most so many sentences. */
size_t wirematch_form_bytes(size_t size, size_t most);

/* The form of a text in a block of so many bytes, aligned to 8; words weigh as `rarity` says, or else as `weights`. At most
 * `most` sentences are told apart. The text stays where it is. Gives how large a block its measured form takes. */
int64_t wirematch_form(const Text *text, const Rarity *rarity, const float *weights, size_t most, uint8_t *memory,
                       size_t bytes);

/* The measured form of a text, at the head of a block of so many bytes, aligned to 8. Gives the number of words. */
int64_t wirematch_measure_form(const Form *form, uint8_t *memory, size_t bytes);

#endif
