/* The sketch of a text: the upper 16 bits of each shingle, as described in fingerprint/sketch.py. */
#ifndef WIREMATCH_SKETCH_H
#define WIREMATCH_SKETCH_H

#include "kernel.h"

#define VALUES 65536
#define UPPER_BYTES 256

/* A set of 16-bit values, one bit each. */
typedef struct {
    uint64_t bits[VALUES / 64];
} Present;

static inline bool is_present(const Present *present, uint32_t number) {
    return present->bits[number >> 6] >> (number & 63) & 1;
}

static inline void know_numbers(const uint16_t *numbers, size_t size, Present *present) {
    memset(present, 0, sizeof *present);
    for (size_t at = 0; at < size; at++) present->bits[numbers[at] >> 6] |= UINT64_C(1) << (numbers[at] & 63);
}

/* The length of a sketch of so many shingles. */
static inline size_t sketch_bytes(size_t size) { return size + (size + UPPER_BYTES + 7) / 8; }

/* The number of shingles in a sketch of so many bytes; negative for an impossible length. */
static inline int64_t shingles_in(int64_t bytes) {
    int64_t size = (8 * bytes - UPPER_BYTES) / 9;
    return bytes >= UPPER_BYTES / 8 && sketch_bytes((size_t)size) == (size_t)bytes ? size : NOT_READABLE;
}

/* Counts the sorted numbers `mine` that a sketch has, too; equal numbers count as often as both have them. NOT_READABLE if its
 * bits are not those of `their_size` ascending numbers. */
int64_t wirematch_shared_with(const Present *present, const uint16_t *mine, size_t size, const uint8_t *sketch,
                              size_t their_size);

/* The most of any `among` consecutive numbers of `mine`, in the order of a text of `size` shingles, that a sketch has;
 * NOT_READABLE if it cannot be read. `among` is at most `size`. */
int32_t wirematch_neighbours_in(const uint16_t *mine, size_t size, size_t among, const uint8_t *sketch, size_t their_size);

#endif
