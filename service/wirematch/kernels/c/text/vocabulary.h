/* The vocabulary: known words and their properties, in a hash table in one block of memory owned by Python.
 *
 * Many threads read while one adds, which holds a lock for it. A word is written first and its slot last, so whoever finds a
 * filled slot finds a complete word. Nothing is ever moved or removed; a full vocabulary is replaced by a new one.
 */
#ifndef WIREMATCH_VOCABULARY_H
#define WIREMATCH_VOCABULARY_H

#include "xxhash32.h"

enum {
    MOST_WORDS = 131072,
    LONGEST_WORD = 64, /* bytes */
    SLOT_BITS = 18,
    SLOTS = 1 << SLOT_BITS,
    TAG_BITS = 32 - SLOT_BITS, /* of the place; they rule out most other words without looking at them */
    REACH = 16, /* slots probed for a word: words crafted to collide may not be found */
    LETTERS = 2 << 20,
};

enum { CONTENT = 1, DIGIT_FIRST = 2 };

/* The first sixteen bytes of a word, padded with zeros, as two numbers. */
typedef struct {
    uint64_t low, high;
} Key;

enum { KEY_BYTES = sizeof(Key) };

typedef struct {
    Key key;
    uint32_t hash, stem; /* xxHash of the word and of its term */
    uint32_t at;         /* start of its letters */
    uint16_t size, flags;
} Word;

typedef struct {
    uint32_t slots[SLOTS]; /* word number plus 1, with a tag above it; or 0 */
    Word words[MOST_WORDS];
    uint8_t letters[LETTERS]; /* UTF-8, all words concatenated */
    uint32_t count, used;
} Vocabulary;

/* The key of a word; at least KEY_BYTES must be readable from its start, whatever they are. */
static inline Key key_of(const uint8_t *letters, size_t size) {
    Key key = {0, 0};
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(&key, letters, KEY_BYTES); /* faster than a loop over so few bytes */
    if (size < 8) key.low &= (UINT64_C(1) << 8 * size) - 1;
    if (size < 16) key.high &= size <= 8 ? 0 : (UINT64_C(1) << 8 * (size - 8)) - 1;
#else
    memcpy(&key, letters, size < KEY_BYTES ? size : KEY_BYTES);
#endif
    return key;
}

/* The place of a word: the slot that is probed first, and a tag in the lower bits. Multiplying by odd numbers without a pattern
 * (primes of 64-bit xxHash) makes every letter count. */
static inline uint32_t place_of_word(Key key, const uint8_t *letters, size_t size) {
    uint64_t mixed = (key.high * UINT64_C(0xC2B2AE3D27D4EB4F) + key.low) * UINT64_C(0x9E3779B185EBCA87);
    if (size > KEY_BYTES) mixed += (uint64_t)xxhash32(letters, size) << 32;
    mixed = (mixed ^ mixed >> 29) * UINT64_C(0x9E3779B185EBCA87);
    return (uint32_t)(mixed >> 32);
}

static inline uint32_t slot_after(uint32_t place, uint32_t steps) { return ((place >> TAG_BITS) + steps) & (SLOTS - 1); }

/* The content of the slot of a word with a number. */
static inline uint32_t tagged(uint32_t place, uint32_t number) { return place << SLOT_BITS | (number + 1); }

static inline bool has_tag(uint32_t filled, uint32_t place) { return (filled ^ place << SLOT_BITS) >> SLOT_BITS == 0; }

static inline uint32_t number_in(uint32_t filled) { return (filled & (SLOTS - 1)) - 1; }

/* The number of a word, searching from its place, or -1. */
static inline int32_t find_from(const Vocabulary *vocabulary, Key key, uint32_t place, const uint8_t *letters,
                                size_t size) {
    for (uint32_t step = 0; step < REACH; step++) {
        uint32_t filled = __atomic_load_n(&vocabulary->slots[slot_after(place, step)], __ATOMIC_ACQUIRE);
        if (!filled) return -1;
        if (!has_tag(filled, place)) continue;
        const Word *word = &vocabulary->words[number_in(filled)];
        if (word->key.low != key.low || word->key.high != key.high || word->size != size) continue;
        if (size <= KEY_BYTES || !memcmp(vocabulary->letters + word->at, letters, size)) return (int32_t)number_in(filled);
    }
    return -1;
}

/* Prefetches the word that is probably the one. */
static inline void call_for_word(const Vocabulary *vocabulary, uint32_t place) {
    uint32_t step = 0, filled;
    do filled = __atomic_load_n(&vocabulary->slots[slot_after(place, step)], __ATOMIC_RELAXED);
    while (filled && !has_tag(filled, place) && ++step < REACH);
    if (filled) __builtin_prefetch(&vocabulary->words[number_in(filled)]);
}

#endif
