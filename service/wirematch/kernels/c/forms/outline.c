/* What every candidate needs before it is measured: the weights of its words, its distinct stems and content words, and the
 * outline that screening reads; see wirematch.matching.profiles.profile and screening.
 */
#include "forms/outline.h"

#include "interning.h"
#include "room.h"

enum { SLOT_BITS_OF_OUTLINE = 17, VIEW_BITS = 59, STEMS_AHEAD = 16 };

#define OUTLINE_SLOTS (1u << SLOT_BITS_OF_OUTLINE)

/* Whether a word is content is unpredictable, so the code below is branchless and writes numbers that may be overwritten.
 * Arrays are held in local variables, or the compiler would reload their addresses after every store. */

/* Distinct stems of content words, each with the weight of its first occurrence; `places` has, per distinct stem, its index
 * among them. */
static void gather_vocabulary(const Text *text, Outlined *out, int32_t *restrict places) {
    const uint32_t *stem_places = out->stem_places, *stems = out->stems;
    const float *weights = out->weights;
    const uint8_t *content = text->content;
    size_t size = text->size, stem_count = out->stem_count, kept = 0;
    for (size_t stem = 0; stem < stem_count; stem++) places[stem] = -1;
    for (size_t at = size; at-- > 0;) {
        int32_t *first = &places[stem_places[at]], is_content = -(content[at] != 0); /* all bits or none */
        *first ^= (*first ^ (int32_t)at) & is_content;
    }
    uint32_t *restrict vocabulary = out->vocabulary;
    float *restrict vocabulary_weights = out->vocabulary_weights;
    double weight = 0;
    for (size_t stem = 0; stem < stem_count; stem++) {
        if (places[stem] < 0) continue;
        vocabulary[kept] = stems[stem];
        vocabulary_weights[kept] = weights[places[stem]];
        weight += (double)vocabulary_weights[kept];
        places[stem] = (int32_t)kept++;
    }
    out->vocabulary_size = kept;
    out->content_weight = weight;
    uint32_t *restrict vocabulary_places = out->vocabulary_places;
    size_t count = 0;
    for (size_t at = 0; at < size; at++) {
        vocabulary_places[count] = (uint32_t)places[stem_places[at]];
        count += content[at] != 0;
    }
    out->content_count = count;
}

static void gather_slots(const Text *text, Outlined *out, uint64_t *keys) {
    size_t count = text->size < 3 ? 0 : text->size - 2, kept = out->vocabulary_size;
    const uint32_t *words = text->words;
    uint32_t *restrict slots = out->slots;
    for (size_t at = 0; at < kept; at++) slots[at] = out->vocabulary[at] % OUTLINE_SLOTS;
    for (size_t at = 0; at < count; at++) {
        uint64_t hash = with_next(with_next(words[at], words[at + 1]), words[at + 2]);
        keys[at] = hash & ((UINT64_C(1) << VIEW_BITS) - 1);
    }
    sort_numbers(keys, keys + count, count);
    for (size_t at = 0; at < count; at++) {
        slots[kept] = (uint32_t)(keys[at] % OUTLINE_SLOTS) + OUTLINE_SLOTS;
        kept += at + 1 == count || keys[at + 1] != keys[at]; /* the last of equal ones stays */
    }
    out->slot_count = kept;
}

/* Plain words have no capital and are written with letters and spaces; without a word list, none is strange. */
static void count_strange(const Text *text, const Rarity *rarity, Outlined *out) {
    size_t plain_count = 0, strange_count = 0;
    for (size_t at = 0; at < text->size; at++) {
        bool plain = (text->content[at] != 0) & !(text->capitals[at] | text->digits[at] | text->unspaced[at]);
        plain_count += plain;
        strange_count += plain & (rarity && out->weights[at] >= rarity->ceiling);
    }
    out->plain_count = plain_count;
    out->strange_count = strange_count;
}

/* The weight of each content word, looked up once a stem, several at a time; `bits` has one entry a stem. */
static void weigh(const Text *text, const Rarity *rarity, Outlined *out, uint32_t *restrict bits) {
    const uint32_t *stem_places = out->stem_places, *stems = out->stems;
    const uint8_t *content = text->content;
    size_t size = text->size, count = out->stem_count;
    for (size_t stem = 0; stem < count; stem++) {
        if (count - stem > STEMS_AHEAD) call_for_weight(rarity, stems[stem + STEMS_AHEAD]);
        bits[stem] = weight_of(rarity, stems[stem]);
    }
    uint32_t *restrict weights = (uint32_t *)out->weights;
    for (size_t at = 0; at < size; at++) weights[at] = bits[stem_places[at]] & (0u - (content[at] != 0));
}

/* Arrays of `out` have one entry a word, slots two. Without `rarity`, the weights are given. */
int64_t wirematch_outline(const Text *text, const Rarity *rarity, Outlined *out) {
    if (!is_cut_well(text)) return NOT_READABLE;
    NearRoom room;
    if (!make_near_room(&room, 2 * (text->size + 1))) return NO_MEMORY;
    uint64_t *numbers = room.numbers;
    int64_t stems = intern_with(text->stems, text->size, out->stems, out->stem_places, numbers);
    out->stem_count = (size_t)stems;
    if (rarity) weigh(text, rarity, out, (uint32_t *)numbers);
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

/* The similarity of each of `count` stories to a submission: the larger share of content plus the larger share of trigrams
 * that either text holds of the other; 2 if either has no content words. */
int64_t wirematch_likeness(const Outline *submission, const Outline *const *stories, size_t count,
                                    double *alike) {
    NearRoom room;
    size_t numbers = 2 * OUTLINE_SLOTS / 64;
    if (!make_near_room(&room, numbers)) return NO_MEMORY;
    uint64_t *held = room.numbers;
    memset(held, 0, numbers * sizeof *held);
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
    leave_near_room(&room);
    return (int64_t)count;
}
