/* The words of a text as `wirematch_read` finds them, in arrays that Python owns. */
#ifndef WIREMATCH_READING_H
#define WIREMATCH_READING_H

#include "vocabulary.h"

/* What a character folds into, and what it is then; folding.h says of which characters there is a table. */
typedef struct {
    uint16_t folded;
    uint16_t kind;
} Character;

typedef struct {
    int32_t *numbers, *starts, *ends;
    uint8_t *capitals; /* 1 where the word begins with a capital letter */
    size_t room;
    uint8_t *unknown; /* forms of the words without a number, in order, each ended by a zero */
    size_t unknown_room, unknown_size;
} Reading;

/* The words of `size` bytes of UTF-8: how many, or NOT_READABLE. `out` has room for what is found; -1 stands for a word that
 * the vocabulary does not have. */
int64_t wirematch_read(const Vocabulary *vocabulary, const Character *table, const uint8_t *text, size_t size,
                       Reading *out);

#endif
