/* What every candidate needs before anything is measured: the weights of a text's words, its distinct stems and content
 * words, and the outline that screening reads; as in wirematch.matching.profile and screening.
 */
#include "outline.h"

#include "interning.h"
#include "room.h"

enum { SLOT_BITS_OF_OUTLINE = 17, VIEW_BITS = 59, STEMS_AHEAD = 16 };

#define OUTLINE_SLOTS (1u << SLOT_BITS_OF_OUTLINE)

/* Of content words the distinct stems, of which the first weight counts; `places` is of each distinct stem its place among
 * them. */
static void gather_vocabulary(const Text *text, Outlined *out, int32_t *places) {
    for (size_t stem = 0; stem < out->stem_count; stem++) places[stem] = -1;
    for (size_t at = text->size; at-- > 0;) {
        int32_t *first = &places[out->stem_places[at]];
        *first = text->content[at] ? (int32_t)at : *first; /* whether a word is of content, no branch foretells */
    }
    out->vocabulary_size = 0;
    out->content_weight = 0;
    for (size_t stem = 0; stem < out->stem_count; stem++) {
        if (places[stem] < 0) continue;
        float weight = out->weights[places[stem]];
        places[stem] = (int32_t)out->vocabulary_size;
        out->vocabulary[out->vocabulary_size] = out->stems[stem];
        out->vocabulary_weights[out->vocabulary_size++] = weight;
        out->content_weight += (double)weight;
    }
    out->content_count = 0;
    for (size_t at = 0; at < text->size; at++) {
        out->vocabulary_places[out->content_count] = places[out->stem_places[at]];
        out->content_count += text->content[at] != 0;
    }
}

static void gather_slots(const Text *text, Outlined *out, uint64_t *keys) {
    size_t count = text->size < 3 ? 0 : text->size - 2, kept = out->vocabulary_size;
    for (size_t at = 0; at < kept; at++) out->slots[at] = out->vocabulary[at] % OUTLINE_SLOTS;
    for (size_t at = 0; at < count; at++) {
        uint64_t hash = with_next(with_next(text->words[at], text->words[at + 1]), text->words[at + 2]);
        keys[at] = hash & ((UINT64_C(1) << VIEW_BITS) - 1);
    }
    sort_numbers(keys, keys + count, count);
    for (size_t at = 0; at < count; at++) {
        out->slots[kept] = (uint32_t)(keys[at] % OUTLINE_SLOTS) + OUTLINE_SLOTS;
        kept += at + 1 == count || keys[at + 1] != keys[at]; /* the last of equal ones stays */
    }
    out->slot_count = kept;
}

/* Plain words have no capital, and are written with letters and spaces; without a list, none is strange. */
static void count_strange(const Text *text, const Rarity *rarity, Outlined *out) {
    out->plain_count = out->strange_count = 0;
    for (size_t at = 0; at < text->size; at++) {
        bool plain = (text->content[at] != 0) & !(text->capitals[at] | text->digits[at] | text->unspaced[at]);
        out->plain_count += plain;
        out->strange_count += plain & (rarity && out->weights[at] >= rarity->ceiling);
    }
}

/* The weight of each content word, looked up once a stem, some of them at a time. */
static void weigh(const Text *text, const Rarity *rarity, Outlined *out, float *weights) {
    for (size_t stem = 0; stem < out->stem_count; stem++) {
        if (out->stem_count - stem > STEMS_AHEAD) call_for_weight(rarity, out->stems[stem + STEMS_AHEAD]);
        weights[stem] = weight_of(rarity, out->stems[stem]);
    }
    for (size_t at = 0; at < text->size; at++)
        out->weights[at] = text->content[at] ? weights[out->stem_places[at]] : 0;
}

/* Arrays of `out` have room for a number a word, slots for two. Without `rarity`, the weights are there already. */
int64_t wirematch_outline(const Text *text, const Rarity *rarity, Outlined *out) {
    if (!is_cut_well(text)) return NOT_READABLE;
    NearRoom room;
    if (!make_near_room(&room, 2 * (text->size + 1))) return NO_MEMORY;
    uint64_t *numbers = room.numbers;
    int64_t stems = intern_with(text->stems, text->size, out->stems, out->stem_places, numbers);
    out->stem_count = (size_t)stems;
    if (rarity) weigh(text, rarity, out, (float *)numbers);
    gather_vocabulary(text, out, (int32_t *)numbers);
    gather_slots(text, out, numbers);
    count_strange(text, rarity, out);
    leave_near_room(&room);
    return 0;
}

static bool is_held(const uint64_t *held, uint32_t slot) {
    slot %= 2 * OUTLINE_SLOTS;
    return held[slot >> 6] >> (slot & 63) & 1;
}

static double content_held(const uint64_t *held, const Outline *of) {
    double shared = 0;
    for (size_t at = 0; at < of->content; at++) shared += is_held(held, of->slots[at]) ? (double)of->weights[at] : 0;
    return shared;
}

static double trigrams_held(const uint64_t *held, const Outline *of) {
    size_t shared = 0; /* each weighs 1 */
    for (size_t at = of->content; at < of->count; at++) shared += is_held(held, of->slots[at]);
    return (double)shared;
}

static double smaller_share(double shared, double mine, double theirs) {
    double smaller = mine < theirs ? mine : theirs;
    if (!(smaller > 0)) return 0;
    double share = shared / smaller;
    return share < 1 ? share : 1;
}

/* How much each of `count` stories has in common with a submission: the larger share of content and the larger share of
 * trigrams that one holds of the other; 2 where either has no content word. */
EXPORTED int64_t wirematch_likeness(const Outline *submission, const Outline *const *stories, size_t count,
                                    double *alike) {
    uint64_t *held = calloc(2 * OUTLINE_SLOTS / 64, sizeof *held);
    if (!held) return NO_MEMORY;
    for (size_t at = 0; at < submission->count; at++) {
        uint32_t slot = submission->slots[at] % (2 * OUTLINE_SLOTS);
        held[slot >> 6] |= UINT64_C(1) << (slot & 63);
    }
    for (size_t story = 0; story < count; story++) {
        const Outline *one = stories[story];
        double smaller = one->content_weight < submission->content_weight ? one->content_weight
                                                                          : submission->content_weight;
        alike[story] = 2;
        if (!(smaller > 0)) continue;
        alike[story] = smaller_share(content_held(held, one), one->content_weight, submission->content_weight) +
                       smaller_share(trigrams_held(held, one), one->trigrams, submission->trigrams);
    }
    free(held);
    return (int64_t)count;
}
