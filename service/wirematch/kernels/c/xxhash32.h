/* 32-bit xxHash with seed 0 (section 1 of its specification), used for words and shingles throughout. */
#ifndef WIREMATCH_XXHASH32_H
#define WIREMATCH_XXHASH32_H

#include "kernel.h"

#define PRIME_1 2654435761u
#define PRIME_2 2246822519u
#define PRIME_3 3266489917u
#define PRIME_4 668265263u
#define PRIME_5 374761393u

static inline uint32_t rotated(uint32_t number, int bits) { return number << bits | number >> (32 - bits); }

static inline uint32_t avalanche(uint32_t hash) {
    hash ^= hash >> 15;
    hash *= PRIME_2;
    hash ^= hash >> 13;
    hash *= PRIME_3;
    return hash ^ hash >> 16;
}

/* Four bytes as a little-endian number, on any machine. */
static inline uint32_t lane(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static inline uint32_t xxhash32(const uint8_t *bytes, size_t size) {
    const uint8_t *end = bytes + size;
    uint32_t hash = PRIME_5;
    if (size >= 16) {
        uint32_t state[4] = {PRIME_1 + PRIME_2, PRIME_2, 0, 0u - PRIME_1};
        for (; end - bytes >= 16; bytes += 16)
            for (int each = 0; each < 4; each++)
                state[each] = rotated(state[each] + lane(bytes + 4 * each) * PRIME_2, 13) * PRIME_1;
        hash = rotated(state[0], 1) + rotated(state[1], 7) + rotated(state[2], 12) + rotated(state[3], 18);
    }
    hash += (uint32_t)size;
    for (; end - bytes >= 4; bytes += 4) hash = rotated(hash + lane(bytes) * PRIME_3, 17) * PRIME_4;
    for (; bytes < end; bytes++) hash = rotated(hash + *bytes * PRIME_5, 11) * PRIME_1;
    return avalanche(hash);
}

#endif
