/* Sketches and their overlaps, as described in fingerprint/sketch.py: the upper 16 bits of each shingle. The lower bytes of
 * these come first, in order; then, for each value of the upper byte, a 1 bit for each shingle and a 0 bit. */
#include "fingerprint/sketch.h"

/* Encodes `size` sorted shingles into `sketch_bytes(size)` bytes. */
EXPORTED void wirematch_sketch(const uint32_t *shingles, size_t size, uint8_t *sketch) {
    uint8_t *bits = sketch + size;
    memset(bits, 0, sketch_bytes(size) - size);
    for (size_t at = 0; at < size; at++) {
        size_t bit = at + (shingles[at] >> 24);
        sketch[at] = (uint8_t)(shingles[at] >> 16);
        bits[bit / 8] |= (uint8_t)(1 << bit % 8);
    }
}

/* Loads up to eight bytes, lowest first, padded with zeros. */
static inline uint64_t eight_bytes(const uint8_t *bytes, size_t left) {
    uint64_t word = 0;
    for (size_t at = 0; at < (left < 8 ? left : 8); at++) word |= (uint64_t)bytes[at] << (8 * at);
    return word;
}

/* Iterates over the numbers of a sketch, in order. */
typedef struct {
    const uint8_t *lower_bytes;
    size_t size, at, first;
    uint64_t word;
    uint32_t before;
} Reading;

static Reading read_sketch(const uint8_t *lower_bytes, size_t size) {
    const uint8_t *bits = lower_bytes + size;
    return (Reading){lower_bytes, size, 0, 0, eight_bytes(bits, (size + UPPER_BYTES + 7) / 8), 0};
}

/* Decodes the next number; once it returns false, the state tells whether there were as many as announced. */
static inline bool next_number(Reading *reading, uint32_t *number) {
    const uint8_t *bits = reading->lower_bytes + reading->size;
    size_t bit_count = reading->size + UPPER_BYTES, byte_count = (bit_count + 7) / 8;
    while (!reading->word) {
        reading->first += 8;
        if (reading->first >= byte_count) return false;
        reading->word = eight_bytes(bits + reading->first, byte_count - reading->first);
    }
    size_t bit = 8 * reading->first + (size_t)__builtin_ctzll(reading->word), upper_byte = bit - reading->at;
    if (bit >= bit_count) return false; /* padding of the last byte */
    reading->word &= reading->word - 1;
    if (reading->at == reading->size || upper_byte >= UPPER_BYTES) return reading->at = SIZE_MAX, false;
    *number = (uint32_t)upper_byte << 8 | reading->lower_bytes[reading->at++];
    if (*number < reading->before) return reading->at = SIZE_MAX, false;
    reading->before = *number;
    return true;
}

static inline bool is_whole(const Reading *reading) {
    return reading->at == reading->size;
}

/* Most numbers are not in `mine` at all. */
int64_t wirematch_shared_with(const Present *present, const uint16_t *mine, size_t size, const uint8_t *sketch,
                              size_t their_size) {
    Reading reading = read_sketch(sketch, their_size);
    size_t place = 0;
    int64_t shared = 0;
    for (uint32_t number; next_number(&reading, &number);) {
        if (!is_present(present, number)) continue;
        while (place < size && mine[place] < number) place++;
        if (place < size && mine[place] == number) shared++, place++;
    }
    return is_whole(&reading) ? shared : NOT_READABLE;
}

/* For each of `count` texts, whose sketches follow one another, the shared shingles as a share of the smaller text's;
 * negative if a sketch cannot be read. */
EXPORTED void wirematch_sketch_overlaps(const uint16_t *mine, size_t size, const uint8_t *sketches,
                                        const int64_t *their_sizes, size_t count, double *shares) {
    Present present;
    know_numbers(mine, size, &present);
    for (size_t text = 0; text < count; text++) {
        size_t their_size = (size_t)their_sizes[text], smaller = their_size < size ? their_size : size;
        int64_t shared = wirematch_shared_with(&present, mine, size, sketches, their_size);
        shares[text] = shared < 0 ? -1.0 : (double)shared / (double)(smaller > 0 ? smaller : 1);
        sketches += sketch_bytes(their_size);
    }
}

/* The most of any `among` consecutive numbers, in the order of a text, that are present; `among` is at most `size`. */
static int32_t most_in_a_row(const Present *present, const uint16_t *mine, size_t size, size_t among) {
    int32_t found = 0, most = 0;
    for (size_t at = 0; at < size; at++) {
        found += is_present(present, mine[at]);
        if (at >= among) found -= is_present(present, mine[at - among]);
        if (found > most) most = found;
    }
    return most;
}

int32_t wirematch_neighbours_in(const uint16_t *mine, size_t size, size_t among, const uint8_t *sketch, size_t their_size) {
    Present present = {{0}};
    Reading reading = read_sketch(sketch, their_size);
    for (uint32_t number; next_number(&reading, &number);) present.bits[number >> 6] |= UINT64_C(1) << (number & 63);
    return is_whole(&reading) ? most_in_a_row(&present, mine, size, among) : NOT_READABLE;
}
