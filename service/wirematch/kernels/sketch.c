/* Overlaps of sketches, which fingerprint/sketch.py describes: of each shingle its upper 16 bits. The lower byte of each of
 * these, in order, comes first; behind them, for each value of the upper byte, a bit 1 a shingle and then a bit 0. */
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

/* Up to eight, the lowest first, zeros behind the last. */
static inline uint64_t eight_bytes(const uint8_t *bytes, size_t left) {
    uint64_t word = 0;
    for (size_t at = 0; at < (left < 8 ? left : 8); at++) word |= (uint64_t)bytes[at] << (8 * at);
    return word;
}

/* How many of the sorted numbers `mine` a sketch has as well; equal numbers count as often as both have them. The answer is
 * NOT_READABLE where the bits are not those of `their_size` numbers in order. Most numbers are in `mine` not even once. */
static int64_t shared_with(const Present *present, const uint16_t *mine, size_t size, const uint8_t *lower_bytes,
                           size_t their_size) {
    const uint8_t *bits = lower_bytes + their_size;
    size_t bit_count = their_size + UPPER_BYTES, byte_count = (bit_count + 7) / 8, at = 0, place = 0;
    uint32_t before = 0;
    int64_t shared = 0;
    for (size_t first = 0; first < byte_count; first += 8) {
        uint64_t word = eight_bytes(bits + first, byte_count - first);
        for (; word; word &= word - 1) {
            size_t bit = 8 * first + (size_t)__builtin_ctzll(word), upper_byte = bit - at;
            if (bit >= bit_count) break; /* what fills the last byte */
            if (at == their_size || upper_byte >= UPPER_BYTES) return NOT_READABLE;
            uint32_t number = (uint32_t)upper_byte << 8 | lower_bytes[at++];
            if (number < before) return NOT_READABLE;
            before = number;
            if (!is_present(present, number)) continue;
            while (place < size && mine[place] < number) place++;
            if (place < size && mine[place] == number) shared++, place++;
        }
    }
    return at == their_size ? shared : NOT_READABLE;
}

/* Of each of `count` texts, whose sketches stand one after the other, the share of the smaller text's shingles that both
 * have; below 0 where a sketch cannot be read. */
EXPORTED void wirematch_sketch_overlaps(const uint16_t *mine, size_t size, const uint8_t *sketches,
                                        const int64_t *their_sizes, size_t count, double *shares) {
    Present present = {{0}};
    for (size_t at = 0; at < size; at++) present.bits[mine[at] >> 6] |= UINT64_C(1) << (mine[at] & 63);
    for (size_t text = 0; text < count; text++) {
        size_t their_size = (size_t)their_sizes[text], smaller = their_size < size ? their_size : size;
        int64_t shared = shared_with(&present, mine, size, sketches, their_size);
        shares[text] = shared < 0 ? -1.0 : (double)shared / (double)(smaller > 0 ? smaller : 1);
        sketches += their_size + (their_size + UPPER_BYTES + 7) / 8;
    }
}
