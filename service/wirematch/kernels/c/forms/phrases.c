#include "forms/phrases.h"

#include "room.h"
#include "spreading.h"
#include "text/prepared_text.h"

enum { SAMPLED = 4 };

static uint32_t key_of_phrase(uint64_t hash, bool longer) { return ((uint32_t)(hash * MULTIPLIER >> 32) & ~1u) | longer; }

/* A phrase as a sortable number: its key, its start, and whether it lies within own words, quoted words, or both. */
enum { OWN_SIDE, SPOKEN_SIDE, BOTH_SIDES, SIDE_BITS = 2 };

static uint64_t numbered(uint32_t key, size_t owner, size_t spoken, size_t size) {
    size_t side = !spoken ? OWN_SIDE : spoken == size ? SPOKEN_SIDE : BOTH_SIDES;
    return owned(key, owner << SIDE_BITS | side);
}

/* `size` is the number of words; `out` is as large as its type says. */
int64_t wirematch_phrases(const uint32_t *words, const uint8_t *spoken, size_t size, PhrasesFound *out) {
    if (size > INT32_MAX / 8) return NOT_READABLE;
    size_t threes = size < 3 ? 0 : size - 2, fours = size < 4 ? 0 : size - 3, count = threes + fours;
    NearRoom room;
    if (!make_near_room(&room, 2 * (count + 1))) return NO_MEMORY;
    uint64_t *numbers = room.numbers;
    for (size_t at = 0; at < threes; at++) {
        uint64_t hash = with_next(with_next(words[at], words[at + 1]), words[at + 2]);
        size_t said = (size_t)(spoken[at] != 0) + (spoken[at + 1] != 0) + (spoken[at + 2] != 0);
        numbers[at] = numbered(key_of_phrase(hash, false), at, said, 3);
        if (at == fours) break; /* the last one */
        said += spoken[at + 3] != 0;
        numbers[threes + at] = numbered(key_of_phrase(with_next(hash, words[at + 3]), true), at, said, 4);
    }
    sort_numbers(numbers, numbers + count, count);
    size_t kept = 0, nowhere = size - 1; /* no four-word phrase begins at the last word */
    uint32_t before = 0;
    bool own = false, quoted = false;
    /* What comes next is unpredictable, so the code is branchless: the last value written at a position stays. */
    uint32_t *restrict keys = out->keys;
    uint8_t *restrict is_own = out->own, *restrict is_quoted = out->spoken;
    uint32_t *restrict places = out->fours;
    for (size_t at = 0; at < count; at++) {
        uint32_t key = hash_in(numbers[at]), low = owner_in(numbers[at]), side = low & ((1u << SIDE_BITS) - 1);
        bool other = !at | (key != before);
        kept += other;
        own = (own & !other) | (side == OWN_SIDE);
        quoted = (quoted & !other) | (side == SPOKEN_SIDE);
        keys[kept - 1] = before = key;
        is_own[kept - 1] = own;
        is_quoted[kept - 1] = quoted;
        size_t is_four = (size_t)0 - (key & 1); /* all bits or none */
        places[nowhere ^ ((nowhere ^ (low >> SIDE_BITS)) & is_four)] = (uint32_t)(kept - 1);
    }
    leave_near_room(&room);
    out->count = kept;
    uint32_t *restrict sample = out->sample;
    size_t sampled = 0, own_sizes[2] = {0, 0};
    for (size_t at = 0; at < kept; at++) {
        uint32_t key = keys[at];
        own_sizes[0] += is_own[at] & ~key & 1;
        own_sizes[1] += is_own[at] & key & 1;
        sample[sampled] = key;
        sampled += is_own[at] & !(key & 1) & ((key >> 1) % SAMPLED == 0);
    }
    out->sample_count = sampled;
    out->own_threes = (int64_t)own_sizes[0];
    out->own_fours = (int64_t)own_sizes[1];
    return (int64_t)kept;
}
