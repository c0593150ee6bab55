/* Sorting of hashes, which are evenly spread unless an attacker prevents it: by the highest two bytes in which they differ,
 * then by fixing neighbours, next to none of which are out of order. If many are, all bytes are sorted by, so that time is
 * linear whatever the hashes are. Stable.
 */
#ifndef WIREMATCH_SPREADING_H
#define WIREMATCH_SPREADING_H

#include "sorting.h"

enum { SMALL_TABLES = 512 }; /* up to so many numbers, hardly two have the same upper 14 bits */
enum { MOST_MOVES = 4 }; /* per number, beyond which sorting by bytes is faster */

/* Turns counts of each value of two digits into begins. */
static inline void begin_both_from_counts(uint32_t *low, uint32_t *high, size_t values) {
    uint32_t sum = 0, high_sum = 0;
    for (size_t value = 0; value < values; value++) {
        uint32_t count = low[value], high_count = high[value];
        low[value] = sum;
        high[value] = high_sum;
        sum += count;
        high_sum += high_count;
    }
}

/* The lowest bit of the two highest bytes among `differing` bits, or 0. */
static inline int two_bytes_of(uint64_t differing) {
    int bits = differing ? 64 - __builtin_clzll(differing) : 0;
    return bits > 16 ? bits - 16 : 0;
}

/* Insertion sort of nearly sorted numbers; false if it takes too many moves. */
static inline bool put_in_order(Keyed *keyed, size_t size) {
    size_t left = MOST_MOVES * size;
    for (size_t at = 1; at < size; at++) {
        if (keyed[at - 1].key <= keyed[at].key) continue;
        Keyed one = keyed[at];
        size_t place = at;
        for (; place && keyed[place - 1].key > one.key && left; left--, place--) keyed[place] = keyed[place - 1];
        keyed[place] = one;
        if (!left) return false;
    }
    return true;
}

/* Both arrays have `size` elements; the result is in `keyed`. */
static inline void sort_spread(Keyed *keyed, Keyed *spare, size_t size) {
    uint64_t differing = 0;
    for (size_t at = 1; at < size; at++) differing |= keyed[at].key ^ keyed[0].key;
    int shift = two_bytes_of(differing);
    uint32_t low[BYTE_VALUES] = {0}, high[BYTE_VALUES] = {0};
    for (size_t at = 0; at < size; at++) {
        low[keyed[at].key >> shift & 0xFF]++;
        high[keyed[at].key >> shift >> 8 & 0xFF]++;
    }
    begin_both_from_counts(low, high, BYTE_VALUES);
    for (size_t at = 0; at < size; at++) spare[low[keyed[at].key >> shift & 0xFF]++] = keyed[at];
    for (size_t at = 0; at < size; at++) keyed[high[spare[at].key >> shift >> 8 & 0xFF]++] = spare[at];
    if (!put_in_order(keyed, size)) sort_keyed(keyed, spare, size);
}

/* As `put_in_order`. */
static inline bool put_numbers_in_order(uint64_t *numbers, size_t size) {
    size_t left = MOST_MOVES * size;
    for (size_t at = 1; at < size; at++) {
        uint64_t one = numbers[at];
        if (numbers[at - 1] <= one) continue;
        size_t place = at;
        for (; place && numbers[place - 1] > one && left; left--, place--) numbers[place] = numbers[place - 1];
        numbers[place] = one;
        if (!left) return false;
    }
    return true;
}

/* Sorts by two digits of `bits` bits each, from bit `shift` on, then by neighbours. */
static inline void sort_by_digits(uint64_t *numbers, uint64_t *spare, size_t size, int shift, int bits) {
    uint32_t low[BYTE_VALUES], high[BYTE_VALUES];
    size_t values = (size_t)1 << bits, mask = values - 1;
    memset(low, 0, values * sizeof *low);
    memset(high, 0, values * sizeof *high);
    for (size_t at = 0; at < size; at++) {
        low[numbers[at] >> shift & mask]++;
        high[numbers[at] >> shift >> bits & mask]++;
    }
    begin_both_from_counts(low, high, values);
    for (size_t at = 0; at < size; at++) spare[low[numbers[at] >> shift & mask]++] = numbers[at];
    for (size_t at = 0; at < size; at++) numbers[high[spare[at] >> shift >> bits & mask]++] = spare[at];
    if (!put_numbers_in_order(numbers, size)) sort_numbers_by_bytes(numbers, spare, size);
}

/* Sorts by the 16 bits from bit `shift` on; few numbers by the upper 14 of these, whose tables have half the size. */
static inline void sort_numbers_from(uint64_t *numbers, uint64_t *spare, size_t size, int shift) {
    if (size <= SMALL_TABLES)
        sort_by_digits(numbers, spare, size, shift + 2, 7);
    else
        sort_by_digits(numbers, spare, size, shift, 8);
}

/* The same for plain numbers, which take half the memory. Most are a hash with its owner in the lower bits, which keeps equal
 * hashes in order. */
static inline void sort_numbers(uint64_t *numbers, uint64_t *spare, size_t size) {
    uint64_t differing = 0;
    for (size_t at = 1; at < size; at++) differing |= numbers[at] ^ numbers[0];
    sort_numbers_from(numbers, spare, size, two_bytes_of(differing));
}

enum { FEW_NUMBERS = 12 };

/* The same for numbers spread over all 64 bits. */
static inline void sort_wide_numbers(uint64_t *numbers, uint64_t *spare, size_t size) {
    if (size > FEW_NUMBERS || !put_numbers_in_order(numbers, size)) sort_numbers_from(numbers, spare, size, 48);
}

/* A hash and its owner in one number. */
static inline uint64_t owned(uint32_t hash, size_t owner) { return (uint64_t)hash << 32 | (uint32_t)owner; }

static inline uint32_t hash_in(uint64_t number) { return (uint32_t)(number >> 32); }

static inline uint32_t owner_in(uint64_t number) { return (uint32_t)number; }

#endif
