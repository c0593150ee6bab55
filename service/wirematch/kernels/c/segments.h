/* Where the sentences of a text begin, for other kernels. */
#ifndef WIREMATCH_SEGMENTS_H
#define WIREMATCH_SEGMENTS_H

#include "kernel.h"

/* Sentences of `size` bytes of UTF-8: how many, their beginnings in `cuts` as code points, which has room for one more than
 * there are bytes; or NOT_READABLE. */
int64_t wirematch_segments(const uint8_t *text, size_t size, int32_t *cuts);

#endif
