/* The sketch of a text: of each shingle its upper 16 bits, as fingerprint/sketch.py describes. */
#ifndef WIREMATCH_SKETCH_H
#define WIREMATCH_SKETCH_H

#include "kernel.h"

#define VALUES 65536
#define UPPER_BYTES 256

/* Which of all values are among some numbers, a bit each. */
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

/* How long the sketch of so many shingles is. */
static inline size_t sketch_bytes(size_t size) { return size + (size + UPPER_BYTES + 7) / 8; }

/* How many shingles a sketch of so many bytes is of; below 0 for a length that none has. */
static inline int64_t shingles_in(int64_t bytes) {
    int64_t size = (8 * bytes - UPPER_BYTES) / 9;
    return bytes >= UPPER_BYTES / 8 && sketch_bytes((size_t)size) == (size_t)bytes ? size : NOT_READABLE;
}

/* How many of the sorted numbers `mine` a sketch has as well; equal numbers count as often as both have them. The answer is
 * NOT_READABLE where the bits are not those of `their_size` numbers in order. */
int64_t wirematch_shared_with(const Present *present, const uint16_t *mine, size_t size, const uint8_t *sketch,
                              size_t their_size);

/* How many of `among` neighbours in `mine`, which is in the order of a text of `size` shingles, a sketch has at the most;
 * NOT_READABLE where it cannot be read. `among` is at most `size`. */
int32_t wirematch_neighbours_in(const uint16_t *mine, size_t size, size_t among, const uint8_t *sketch, size_t their_size);

#endif
