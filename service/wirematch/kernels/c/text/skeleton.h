/* A prepared text, made from words and a skeleton (wirematch.text.skeleton). */
#ifndef WIREMATCH_SKELETON_H
#define WIREMATCH_SKELETON_H

#include "text/prepared_text.h"
#include "text/reading.h"

/* Kinds of skeletons; the second also says that nothing in its text is disguised. */
enum { VERSION = 1, UNDISGUISED = 2 };

/* A prepared text at the head of a block of memory; its arrays follow in the block. */
typedef struct {
    Text text;
    int32_t *numbers, *starts, *ends;
} Prepared;

/* The numbers of words and sentences in a skeleton's header; false if it is malformed. */
bool wirematch_announced(const uint8_t *skeleton, size_t size, size_t *words, size_t *sentences);

/* The size of the block for a text with so many words and sentences. */
size_t wirematch_prepared_bytes(size_t size, size_t sentences);

/* Prepares a text from the `count` words in `read`, all of them known, and its skeleton, in a block of so many bytes, aligned
 * to 8. Returns the number of words; NOT_READABLE for too few function words to be English. */
int64_t wirematch_prepare(const Vocabulary *vocabulary, const Reading *read, size_t count, const uint8_t *skeleton,
                          size_t size, double least_share, uint8_t *memory, size_t bytes);

#endif
