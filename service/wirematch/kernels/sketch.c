/* Overlaps of sketches, which fingerprint/sketch.py describes: of each shingle its upper 16 bits. The lower byte of each of
 * these, in order, comes first; behind them, for each value of the upper byte, a bit 1 a shingle and then a bit 0. */
#include "kernel.h"

/* How many of the sorted numbers `mine` a sketch has as well; equal numbers count as often as both have them. Every bit is
 * looked at once, and the answer is NOT_READABLE where they are not those of `their_size` shingles. */
static int64_t shared_with(const uint16_t *mine, size_t size, const uint8_t *lower_bytes, size_t their_size) {
    const uint8_t *bits = lower_bytes + their_size;
    size_t bit_count = their_size + 256, at = 0, place = 0;
    uint32_t upper_byte = 0, before = 0;
    int64_t shared = 0;
    for (size_t bit = 0; bit < bit_count; bit++) {
        if (!(bits[bit >> 3] >> (bit & 7) & 1)) {
            upper_byte++;
            continue;
        }
        if (at == their_size || upper_byte > 255) return NOT_READABLE;
        uint32_t number = upper_byte << 8 | lower_bytes[at++];
        if (number < before) return NOT_READABLE;
        before = number;
        while (place < size && mine[place] < number) place++;
        if (place < size && mine[place] == number) shared++, place++;
    }
    return at == their_size ? shared : NOT_READABLE;
}

/* Of each of `count` texts, whose sketches stand one after the other, the share of the smaller text's shingles that both
 * have; below 0 where a sketch cannot be read. */
EXPORTED void wirematch_sketch_overlaps(const uint16_t *mine, size_t size, const uint8_t *sketches,
                                        const int64_t *their_sizes, size_t count, double *shares) {
    for (size_t text = 0; text < count; text++) {
        size_t their_size = (size_t)their_sizes[text], smaller = their_size < size ? their_size : size;
        int64_t shared = shared_with(mine, size, sketches, their_size);
        shares[text] = shared < 0 ? -1.0 : (double)shared / (double)(smaller > 0 ? smaller : 1);
        sketches += their_size + (their_size + 256 + 7) / 8;
    }
}
