#include "phrases.h"

#include "spreading.h"
#include "text.h"

enum { SAMPLED = 4 };

static uint32_t key_of(uint64_t hash, bool longer) { return ((uint32_t)(hash * MULTIPLIER >> 32) & ~1u) | longer; }

/* Whether a run of words lies within own (0) or quoted (1) words, or in both kinds (-1). */
static int side_of(const uint8_t *spoken, size_t at, size_t size) {
    for (size_t word = 1; word < size; word++)
        if (spoken[at + word] != spoken[at]) return -1;
    return spoken[at];
}

/* Of a text with `size` words; `out` has room for two phrases a word and for a four and a sampled three a word. */
int64_t wirematch_phrases(const uint32_t *words, const uint8_t *spoken, size_t size, PhrasesFound *out) {
    if (size > INT32_MAX / 8) return NOT_READABLE;
    size_t threes = size < 3 ? 0 : size - 2, fours = size < 4 ? 0 : size - 3, count = threes + fours;
    Keyed *keyed = malloc(2 * (count + 1) * sizeof *keyed);
    if (!keyed) return NO_MEMORY;
    for (size_t at = 0; at < threes; at++) {
        uint64_t hash = with_next(with_next(words[at], words[at + 1]), words[at + 2]);
        keyed[at] = (Keyed){key_of(hash, false), (uint32_t)at};
        if (at < fours) keyed[threes + at] = (Keyed){key_of(with_next(hash, words[at + 3]), true), (uint32_t)(threes + at)};
    }
    sort_spread(keyed, keyed + count, count);
    size_t kept = 0;
    for (size_t at = 0; at < count; at++) {
        size_t owner = keyed[at].owner;
        bool longer = owner >= threes;
        if (!at || keyed[at].key != keyed[at - 1].key) {
            out->keys[kept] = (uint32_t)keyed[at].key;
            out->own[kept] = out->spoken[kept] = 0;
            kept++;
        }
        int side = longer ? side_of(spoken, owner - threes, 4) : side_of(spoken, owner, 3);
        out->own[kept - 1] |= side == 0;
        out->spoken[kept - 1] |= side == 1;
        if (longer) out->fours[owner - threes] = (int64_t)kept - 1;
    }
    free(keyed);
    out->count = kept;
    out->sample_count = 0;
    out->own_threes = out->own_fours = 0;
    for (size_t at = 0; at < kept; at++) {
        uint32_t key = out->keys[at];
        if (!out->own[at]) continue;
        *(key & 1 ? &out->own_fours : &out->own_threes) += 1;
        if (!(key & 1) && (key >> 1) % SAMPLED == 0) out->sample[out->sample_count++] = key;
    }
    return (int64_t)kept;
}
