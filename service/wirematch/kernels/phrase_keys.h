/* The keys of a text's phrases, to be found fast: most that are asked for are not among them, and bits tell nearly all of
 * these.
 */
#ifndef WIREMATCH_PHRASE_KEYS_H
#define WIREMATCH_PHRASE_KEYS_H

#include "phrases.h"

enum { PRESENT_BITS = 16, FIRST_BITS = 10 };

typedef struct {
    const Phrases *of;
    uint64_t present[1 << (PRESENT_BITS - 6)];
    uint32_t first[(1 << FIRST_BITS) + 1]; /* of the keys with each value of the upper bits, which place is the first */
} KeysOf;

static inline void know_keys(const Phrases *phrases, KeysOf *keys) {
    keys->of = phrases;
    memset(keys->present, 0, sizeof keys->present);
    size_t at = 0;
    for (size_t upper = 0; upper <= 1 << FIRST_BITS; upper++) {
        while (at < phrases->count && phrases->keys[at] >> (32 - FIRST_BITS) < upper) at++;
        keys->first[upper] = (uint32_t)at;
    }
    for (at = 0; at < phrases->count; at++) {
        uint32_t slot = phrases->keys[at] >> (32 - PRESENT_BITS);
        keys->present[slot >> 6] |= UINT64_C(1) << (slot & 63);
    }
}

/* The place of a key between two places, or -1; halving, as keys may have been made to meet. */
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

static inline int64_t place_of(const KeysOf *keys, uint32_t key) {
    uint32_t slot = key >> (32 - PRESENT_BITS), upper = key >> (32 - FIRST_BITS);
    if (!(keys->present[slot >> 6] >> (slot & 63) & 1)) return -1;
    return place_between(keys->of->keys, keys->first[upper], keys->first[upper + 1], key);
}

/* Sets `bit` for the phrases that the other text holds, in `own` where it does in own words and in no others. */
static inline void mark_held(const KeysOf *mine, const Phrases *other, uint32_t bit, uint32_t *held, uint32_t *own) {
    for (size_t at = 0; at < other->count; at++) {
        int64_t place = place_of(mine, other->keys[at]);
        if (place < 0) continue;
        held[place] |= bit;
        if (other->own[at] && !other->spoken[at]) own[place] |= bit;
    }
}

static inline bool is_of_words(const Phrases *phrases) {
    for (size_t at = 0; at < phrases->four_count; at++)
        if (phrases->fours[at] < 0 || (size_t)phrases->fours[at] >= phrases->count) return false;
    return phrases->count <= INT32_MAX && phrases->four_count + 3 == (phrases->size < 3 ? 3 : phrases->size);
}

#endif
