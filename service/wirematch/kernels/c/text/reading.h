/* The words of a text as `wirematch_read` finds them, in arrays owned by Python. */
#ifndef WIREMATCH_READING_H
#define WIREMATCH_READING_H

#include "text/vocabulary.h"

/* What a character folds into, and its kind; folding.h lists the characters in the table. */
typedef struct {
    uint16_t folded;
    uint16_t kind;
} Character;

typedef struct {
    int32_t *numbers, *starts, *ends;
    uint8_t *capitals; /* 1 where the word begins with a capital letter */
    size_t room;
    uint8_t *unknown; /* forms of words without a number, in order, each terminated by a zero */
    size_t unknown_room, unknown_size;
} Reading;

/* Reads the words of `size` bytes of UTF-8; returns how many, or NOT_READABLE. `out` has room for them; words that the
 * vocabulary lacks get the number -1. */
int64_t wirematch_read(const Vocabulary *vocabulary, const Character *table, const uint8_t *text, size_t size,
                       Reading *out);

#endif
