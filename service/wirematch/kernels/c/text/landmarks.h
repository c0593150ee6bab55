/* Byte positions of the characters that structure a text. */
#ifndef WIREMATCH_LANDMARKS_H
#define WIREMATCH_LANDMARKS_H

#include "kernel.h"

typedef struct {
    int32_t *line_ends, *double_marks, *single_marks; /* room for one number a byte each */
    size_t line_end_count, double_mark_count, single_mark_count;
    int64_t long_rows;
} Landmarks;

static inline bool is_wordly(uint8_t byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '_';
}

void wirematch_landmarks(const uint8_t *text, size_t size, Landmarks *out);

#endif
