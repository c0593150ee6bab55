/* The words of a text as `wirematch_read` finds them, in arrays that Python owns. */
#ifndef WIREMATCH_READING_H
#define WIREMATCH_READING_H

#include "vocabulary.h"

typedef struct {
    int32_t *numbers, *starts, *ends;
    uint8_t *capitals; /* 1 where the word begins with a capital letter */
    size_t room;
    uint8_t *unknown; /* forms of the words without a number, in order, each ended by a zero */
    size_t unknown_room, unknown_size;
} Reading;

#endif
