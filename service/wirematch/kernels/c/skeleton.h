/* A prepared text, and how it is made of words and a skeleton (wirematch.text.skeleton). */
#ifndef WIREMATCH_SKELETON_H
#define WIREMATCH_SKELETON_H

#include "reading.h"
#include "text.h"

/* What a skeleton begins with; the second says that nothing in its text is disguised, too. */
enum { VERSION = 1, UNDISGUISED = 2 };

/* A prepared text at the head of a block of memory, in which its arrays stand behind it. */
typedef struct {
    Text text;
    int32_t *numbers, *starts, *ends;
} Prepared;

/* How many words and sentences a skeleton announces; false where it is none. */
bool wirematch_announced(const uint8_t *skeleton, size_t size, size_t *words, size_t *sentences);

/* How large a block a text with so many words and sentences takes. */
size_t wirematch_prepared_bytes(size_t size, size_t sentences);

/* The `count` words in `read`, all of them known, in the light of their text's skeleton, in a block of so many bytes that
 * is aligned to 8. Gives how many words there are; NOT_READABLE for too few function words to be English. */
int64_t wirematch_prepare(const Vocabulary *vocabulary, const Reading *read, size_t count, const uint8_t *skeleton,
                          size_t size, double least_share, uint8_t *memory, size_t bytes);

#endif
