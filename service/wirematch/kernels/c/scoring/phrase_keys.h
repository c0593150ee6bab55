/* A fast index of a text's phrase keys: most keys that are looked up are not in it, and a bit set rules out nearly all of
 * these.
 */
#ifndef WIREMATCH_PHRASE_KEYS_H
#define WIREMATCH_PHRASE_KEYS_H

#include "forms/phrases.h"

enum { PRESENT_BITS = 16, FIRST_BITS = 10 };

typedef struct {
    uint64_t present[1 << (PRESENT_BITS - 6)];
    uint32_t first[(1 << FIRST_BITS) + 1]; /* per value of the upper bits, the first key */
    const Phrases *of;
} KeysOf;

static inline void know_keys(const Phrases *phrases, KeysOf *keys) {
    const uint32_t *sorted = phrases->keys;
    uint32_t count = (uint32_t)phrases->count, behind = 0;
    keys->of = phrases;
    memset(keys, 0, offsetof(KeysOf, of));
    for (uint32_t at = 0; at < count; at++) {
        uint32_t slot = sorted[at] >> (32 - PRESENT_BITS);
        keys->present[slot >> 6] |= UINT64_C(1) << (slot & 63);
        keys->first[(sorted[at] >> (32 - FIRST_BITS)) + 1] = at + 1; /* of several the last, behind which the next begin */
    }
    for (size_t upper = 0; upper <= 1 << FIRST_BITS; upper++) {
        behind = keys->first[upper] > behind ? keys->first[upper] : behind;
        keys->first[upper] = behind;
    }
}

/* The index of a key within a range, or -1; by bisection, as keys may be crafted to collide. */
static inline int64_t place_between(const uint32_t *keys, size_t begin, size_t end, uint32_t key) {
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (keys[middle] == key) return (int64_t)middle;
        if (keys[middle] < key)
            begin = middle + 1;
        else
            end = middle;
    }
    return -1;
}

static inline bool may_be_among(const KeysOf *keys, uint32_t key) {
    uint32_t slot = key >> (32 - PRESENT_BITS);
    return keys->present[slot >> 6] >> (slot & 63) & 1;
}

enum { SOUGHT_TOGETHER = 256 };

/* Sets `bit` for the phrases that the other text holds, in `own` for those it holds outside quotations only. First collects
 * those that may be among mine, branchless, as that is unpredictable. */
static inline void mark_held(const KeysOf *mine, const Phrases *other, uint32_t bit, uint32_t *held, uint32_t *own) {
    const uint32_t *keys = other->keys, *my_keys = mine->of->keys;
    for (size_t begin = 0; begin < other->count; begin += SOUGHT_TOGETHER) {
        size_t end = other->count - begin < SOUGHT_TOGETHER ? other->count : begin + SOUGHT_TOGETHER, count = 0;
        uint32_t picked[SOUGHT_TOGETHER];
        for (size_t at = begin; at < end; at++) {
            picked[count] = (uint32_t)at;
            count += may_be_among(mine, keys[at]);
        }
        for (size_t each = 0; each < count; each++) {
            size_t at = picked[each];
            uint32_t upper = keys[at] >> (32 - FIRST_BITS);
            int64_t place = place_between(my_keys, mine->first[upper], mine->first[upper + 1], keys[at]);
            if (place < 0) continue;
            held[place] |= bit;
            if (other->own[at] && !other->spoken[at]) own[place] |= bit;
        }
    }
}

static inline bool is_of_words(const Phrases *phrases) {
    uint32_t count = (uint32_t)phrases->count, beyond = 0;
    for (size_t at = 0; at < phrases->four_count; at++) beyond |= phrases->fours[at] >= count;
    return !beyond && phrases->count <= INT32_MAX && phrases->four_count + 3 == (phrases->size < 3 ? 3 : phrases->size);
}

#endif
