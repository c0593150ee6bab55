/* Starts of sentences, for other kernels. */
#ifndef WIREMATCH_SEGMENTS_H
#define WIREMATCH_SEGMENTS_H

#include "kernel.h"

/* Finds the sentences of `size` bytes of UTF-8; returns how many, with their starts as code points in `cuts`, which has room
 * for one more than there are bytes; or NOT_READABLE. */
int64_t wirematch_segments(const uint8_t *text, size_t size, int32_t *cuts);

#endif
