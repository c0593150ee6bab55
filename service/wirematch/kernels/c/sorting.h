/* Stable radix sort, a byte at a time from the lowest: for some hundred numbers, fewer passes with larger tables cost more.
 */
#ifndef WIREMATCH_SORTING_H
#define WIREMATCH_SORTING_H

#include "kernel.h"

enum { BYTE_VALUES = 256 };

/* Turns counts of each byte value into begins. */
static inline void begin_from_counts(uint32_t *places) {
    uint32_t sum = 0;
    for (size_t value = 0; value < BYTE_VALUES; value++) {
        uint32_t count = places[value];
        places[value] = sum;
        sum += count;
    }
}

/* Both arrays have `size` elements; the result is in `hashes`, after an even number of passes. */
static inline void sort_hashes(uint32_t *hashes, uint32_t *spare, size_t size) {
    for (int shift = 0; shift < 32; shift += 8) {
        uint32_t places[BYTE_VALUES] = {0};
        for (size_t at = 0; at < size; at++) places[hashes[at] >> shift & 0xFF]++;
        begin_from_counts(places);
        for (size_t at = 0; at < size; at++) spare[places[hashes[at] >> shift & 0xFF]++] = hashes[at];
        uint32_t *swapped = hashes;
        hashes = spare;
        spare = swapped;
    }
}

/* A sort key and its owner. */
typedef struct {
    uint64_t key;
    uint32_t owner;
} Keyed;

enum { WIDE_BITS = 11, WIDE_VALUES = 1 << WIDE_BITS, MANY = 512 };

/* One pass, by as many bits from `shift` on as make `values` values. */
static inline void sort_by_bits(const Keyed *from, Keyed *to, size_t size, int shift, uint32_t *places, size_t values) {
    uint64_t mask = values - 1;
    memset(places, 0, values * sizeof *places);
    for (size_t at = 0; at < size; at++) places[from[at].key >> shift & mask]++;
    uint32_t sum = 0;
    for (size_t value = 0; value < values; value++) {
        uint32_t count = places[value];
        places[value] = sum;
        sum += count;
    }
    for (size_t at = 0; at < size; at++) to[places[from[at].key >> shift & mask]++] = from[at];
}

/* Both arrays have `size` elements. Bits that are equal in all keys are skipped together; for many numbers, passes use more
 * bits than a byte, so there are fewer. */
static inline void sort_keyed(Keyed *keyed, Keyed *spare, size_t size) {
    uint64_t differing = 0;
    for (size_t at = 1; at < size; at++) differing |= keyed[at].key ^ keyed[0].key;
    Keyed *from = keyed, *to = spare;
    uint32_t places[WIDE_VALUES];
    int bits = size < MANY ? 8 : WIDE_BITS;
    while (differing) {
        int shift = __builtin_ctzll(differing);
        sort_by_bits(from, to, size, shift, places, (size_t)1 << bits);
        Keyed *swapped = from;
        from = to;
        to = swapped;
        differing = shift + bits < 64 ? differing >> (shift + bits) << (shift + bits) : 0;
    }
    if (from != keyed) memcpy(keyed, from, size * sizeof *keyed);
}

/* The same for plain numbers. */
static inline void sort_numbers_by_bytes(uint64_t *numbers, uint64_t *spare, size_t size) {
    uint64_t differing = 0;
    for (size_t at = 1; at < size; at++) differing |= numbers[at] ^ numbers[0];
    uint64_t *from = numbers, *to = spare;
    for (int shift = 0; shift < 64; shift += 8) {
        if (!(differing >> shift & 0xFF)) continue;
        uint32_t places[BYTE_VALUES] = {0};
        for (size_t at = 0; at < size; at++) places[from[at] >> shift & 0xFF]++;
        begin_from_counts(places);
        for (size_t at = 0; at < size; at++) to[places[from[at] >> shift & 0xFF]++] = from[at];
        uint64_t *swapped = from;
        from = to;
        to = swapped;
    }
    if (from != numbers) memcpy(numbers, from, size * sizeof *numbers);
}

/* Removes duplicates from sorted numbers; returns how many are left. */
static inline size_t keep_distinct(uint32_t *sorted, size_t size) {
    size_t kept = 0;
    for (size_t at = 0; at < size; at++)
        if (!at || sorted[at] != sorted[at - 1]) sorted[kept++] = sorted[at];
    return kept;
}

#endif
