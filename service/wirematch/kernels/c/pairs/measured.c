#include "pairs/measured.h"

#include "block.h"
#include "room.h"
#include "spreading.h"

enum { NAME = 1, PLAIN = 2, OWN = 4, FUNCTION = 8, CONTENT_WORD = 16 };

/* An upper bound of the size of a text's measured form. */
size_t wirematch_measured_bytes(size_t size, size_t stems, size_t content, size_t sentences) {
    size_t words = rounded(4 * size);
    /* Three views have one key a word, two have one a content word; names and numbers together have at most one a word. */
    return 8 * (5 * size + 2 * content) + words + 2 * 8 * size + 3 * words + rounded(4 * (size + 1)) + 2 * rounded(4 * (content + 1)) +
           8 * sentences + rounded(4 * sentences) + rounded(stems) + rounded(size);
}

static bool is_given_well(const Given *given) {
    const Text *text = given->text;
    Text seen = *text;
    seen.sentences = given->sentences;
    seen.sentence_count = given->sentence_count;
    if (!is_cut_well(text) || !is_cut_well(&seen) || given->sentence_count > MOST_SENTENCES) return false;
    /* One loop per kind of array, so that each vectorises. */
    uint32_t content = 0, beyond = 0;
    for (size_t at = 0; at < text->size; at++) content += text->content[at] != 0;
    if (content != given->content_count || given->stem_count > UINT32_MAX ||
        given->vocabulary_size > UINT32_MAX)
        return false;
    uint32_t stems = (uint32_t)given->stem_count, vocabulary = (uint32_t)given->vocabulary_size;
    for (size_t at = 0; at < text->size; at++) beyond |= given->stem_places[at] >= stems;
    for (size_t at = 0; at < content; at++) beyond |= given->vocabulary_places[at] >= vocabulary;
    return !beyond;
}

/* Determines what each word is. A word capitalised at the start of a sentence is a name only if it is capitalised elsewhere;
 * `capitals` has one number a word plus one.
 *
 * Here and below, branches on the kind of a word would be unpredictable, so the code is branchless and writes numbers that
 * may be overwritten. */
static void mark_words(const Given *given, uint8_t *restrict known, uint8_t *restrict kinds, uint32_t *restrict capitals) {
    const Text *text = given->text;
    const uint8_t *is_capital = text->capitals, *content = text->content, *digits = text->digits, *spoken = text->spoken;
    const uint32_t *stem_places = given->stem_places;
    size_t size = text->size, count = 0;
    for (size_t at = 0; at < size; at++) {
        capitals[count] = (uint32_t)at;
        count += is_capital[at] != 0;
    }
    for (size_t at = 0; at < size; at++) kinds[at] = is_capital[at] ? NAME : 0;
    for (size_t at = 0; at < text->sentence_count; at++)
        if ((size_t)text->sentences[at] < size) kinds[text->sentences[at]] = 0;
    memset(known, 0, given->stem_count);
    for (size_t at = 0; at < count; at++) known[stem_places[capitals[at]]] |= kinds[capitals[at]];
    for (size_t at = 0; at < count; at++) kinds[capitals[at]] = known[stem_places[capitals[at]]];
    for (size_t at = 0; at < size; at++) {
        uint8_t plain = (uint8_t)((content[at] != 0) & !kinds[at] & !digits[at]);
        kinds[at] |= (uint8_t)(plain * PLAIN | !spoken[at] * OWN | (content[at] ? CONTENT_WORD : FUNCTION));
    }
}

/* The bits of a hash that views use, multiplied: only equality of keys matters, and without it pairs with the same first word
 * would be neighbours, which makes sorting slower. */
static inline uint64_t key_of_run(uint64_t hash) { return (hash & ((UINT64_C(1) << HASH_BITS) - 1)) * MULTIPLIER; }

/* Keys of neighbouring pairs among the words of the `wanted` kinds, with gaps; `chosen` has one number a word plus one. */
static size_t put_pairs(const Text *text, const uint8_t *kinds, uint8_t wanted, uint32_t *restrict chosen,
                        uint64_t *restrict keys) {
    const uint32_t *stems = text->stems;
    size_t size = text->size, count = 0;
    for (size_t at = 0; at < size; at++) {
        chosen[count] = stems[at];
        count += (kinds[at] & wanted) == wanted;
    }
    for (size_t at = 0; at + 1 < count; at++) keys[at] = key_of_run(with_next(chosen[at], chosen[at + 1]));
    return count ? count - 1 : 0;
}

/* Keys of a view, in the order of the words; returns how many. `keys` has one entry a word plus one. */
static size_t find_keys(const Text *text, const uint8_t *kinds, int view, uint64_t *restrict keys, uint32_t *chosen) {
    const uint32_t *words = text->words, *stems = text->stems;
    const uint8_t *digits = text->digits;
    size_t size = text->size, count = 0;
    switch (view) {
    case BIGRAMS:
        for (size_t at = 0; at + 1 < size; at++) keys[at] = key_of_run(with_next(words[at], words[at + 1]));
        return size ? size - 1 : 0;
    case OWN_TRIGRAMS:
        for (size_t at = 0; at + 2 < size; at++) {
            keys[count] = key_of_run(with_next(with_next(words[at], words[at + 1]), words[at + 2]));
            count += (kinds[at] & kinds[at + 1] & kinds[at + 2] & OWN) != 0;
        }
        return count;
    case OWN_WORDING_PAIRS:
        for (size_t at = 0; at + 1 < size; at++) {
            bool wording = ((kinds[at] & (PLAIN | FUNCTION)) != 0) & ((kinds[at + 1] & (PLAIN | FUNCTION)) != 0);
            keys[count] = key_of_run(with_next(stems[at], stems[at + 1]));
            count += wording & ((kinds[at] & kinds[at + 1] & OWN) != 0);
        }
        return count;
    case NAMES: /* each with the position of the word that gives its weight */
        for (size_t at = 0; at < size; at++) {
            keys[count] = owned(stems[at], at);
            count += kinds[at] & NAME;
        }
        return count;
    case NUMBERS:
        for (size_t at = 0; at < size; at++) {
            keys[count] = key_of_run(words[at]);
            count += digits[at] != 0;
        }
        return count;
    default:
        return put_pairs(text, kinds, view == OWN_PLAIN_PAIRS ? PLAIN | OWN : CONTENT_WORD, chosen, keys);
    }
}

/* Distinct names, with the weight of the first occurrence; returns how many. */
static size_t gather_names(const uint64_t *found, size_t count, const float *of_words, uint64_t *keys, float *weights,
                           double *total) {
    size_t kept = 0;
    for (size_t at = 0; at < count; at++) {
        uint64_t key = hash_in(found[at]);
        if (at && key == hash_in(found[at - 1])) continue;
        weights[kept] = of_words[owner_in(found[at])];
        *total += (double)weights[kept];
        keys[kept++] = key;
    }
    return kept;
}

/* Removes duplicates from sorted keys; returns how many are left. */
static size_t keep_keys(const uint64_t *restrict sorted, size_t count, uint64_t *restrict keys) {
    if (!count) return 0;
    size_t kept = 0;
    for (size_t at = 0; at + 1 < count; at++) {
        keys[kept] = sorted[at];
        kept += sorted[at + 1] != sorted[at];
    }
    keys[kept] = sorted[count - 1];
    return kept + 1;
}

/* Distinct keys of all views; all but names weigh 1. */
static void gather_views(const Given *given, const uint8_t *kinds, uint64_t *room, uint64_t *keys, float *weights,
                         Measured *out) {
    size_t begin = 0;
    uint32_t *chosen = (uint32_t *)(room + given->text->size + 1);
    for (int view = 0; view < VIEWS; view++) {
        size_t count = find_keys(given->text, kinds, view, room, chosen);
        sort_wide_numbers(room, room + count, count);
        double total = 0;
        size_t kept = view == NAMES ? gather_names(room, count, given->weights, keys + begin, weights, &total)
                                    : keep_keys(room, count, keys + begin);
        out->view_edges[view] = begin;
        out->view_totals[view] = view == NAMES ? total : (double)kept;
        begin += kept;
    }
    out->view_edges[VIEWS] = begin;
    out->view_keys = keys;
    out->name_weights = weights;
}

static void gather_sequences(const Given *given, const uint8_t *kinds, uint32_t *restrict content, uint32_t *restrict own,
                             uint32_t *restrict facts, Measured *out) {
    const Text *text = given->text;
    const uint32_t *stem_places = given->stem_places;
    const uint8_t *digits = text->digits;
    size_t size = text->size, contents = 0, owns = 0, fact_count = 0;
    for (size_t at = 0; at < size; at++) {
        uint32_t stem = stem_places[at];
        content[contents] = own[owns] = facts[fact_count] = stem;
        contents += (kinds[at] & FUNCTION) == 0;
        owns += (kinds[at] & (OWN | FUNCTION)) == OWN;
        fact_count += (kinds[at] & NAME) | (digits[at] != 0);
    }
    size_t counts[SEQUENCES] = {contents, owns, size, fact_count};
    const uint32_t *words[SEQUENCES] = {content, own, given->stem_places, facts};
    for (int number = 0; number < SEQUENCES; number++)
        out->sequences[number] = (Sequence){words[number], counts[number] < MOST_IN_ORDER ? counts[number] : MOST_IN_ORDER};
}

/* The distinct content words of each sentence; `seen` has one number per word of the vocabulary, the other arrays one per
 * content word plus one. */
static size_t gather_entries(const Given *given, uint32_t *restrict seen, uint32_t *restrict holders,
                             uint32_t *restrict held) {
    const uint8_t *content = given->text->content;
    const uint32_t *places = given->vocabulary_places;
    const int32_t *sentences = given->sentences;
    size_t count = 0, passed = 0, last = given->content_count;
    if (!last--) return 0;
    memset(seen, 0, given->vocabulary_size * sizeof *seen);
    for (size_t sentence = 0; sentence < given->sentence_count; sentence++) {
        int32_t end = sentences[sentence + 1];
        for (int32_t at = sentences[sentence]; at < end; at++) {
            bool counts = content[at] != 0;
            uint32_t place = places[passed < last ? passed : last], before = seen[place], now = (uint32_t)sentence + 1;
            seen[place] = counts ? now : before;
            holders[count] = (uint32_t)sentence;
            held[count] = place;
            count += counts & (before != now);
            passed += counts;
        }
    }
    return count;
}

static void weigh_sentences(const Given *given, const uint32_t *holders, const uint32_t *held, size_t entries,
                            float *weights, double *shares) {
    double all = 0;
    size_t entry = 0;
    for (size_t sentence = 0; sentence < given->sentence_count; sentence++) {
        double sum = 0;
        for (; entry < entries && holders[entry] == sentence; entry++)
            sum += (double)given->vocabulary_weights[held[entry]];
        weights[sentence] = (float)sum;
        all += (double)weights[sentence];
    }
    for (size_t sentence = 0; sentence < given->sentence_count; sentence++)
        shares[sentence] = all > 0 ? (double)weights[sentence] / all : 0;
}

static int64_t measure(const Given *given, Block block, Measured *out, uint64_t *room) {
    const Text *text = given->text;
    size_t size = text->size, content = given->content_count, sentences = given->sentence_count;
    uint64_t *keys = take(&block, 8 * (5 * size + 2 * content)), *ordered = take(&block, 8 * size);
    int64_t *places = take(&block, 8 * size);
    uint32_t *own_before = take(&block, 4 * (size + 1));
    uint32_t *holders = take(&block, 4 * (content + 1)), *held = take(&block, 4 * (content + 1));
    double *shares = take(&block, 8 * sentences);
    float *name_weights = take(&block, 4 * size), *sums = take(&block, 4 * sentences);
    uint32_t *chosen = take(&block, 4 * size), *own = take(&block, 4 * size), *facts = take(&block, 4 * size);
    uint8_t *known = take(&block, given->stem_count), *kinds = take(&block, size);
    if (!keys || !ordered || !places || !own_before || !holders || !held || !shares || !name_weights || !sums ||
        !chosen || !own || !facts || !known || !kinds)
        return NOT_READABLE;
    mark_words(given, known, kinds, (uint32_t *)room);
    gather_views(given, kinds, room, keys, name_weights, out);
    gather_sequences(given, kinds, chosen, own, facts, out);
    own_before[0] = 0;
    for (size_t at = 0; at < size; at++) own_before[at + 1] = own_before[at] + (kinds[at] & OWN ? 1 : 0);
    out->own_before = own_before;
    out->spoken = size - own_before[size];
    size_t entries = gather_entries(given, (uint32_t *)room, holders, held);
    weigh_sentences(given, holders, held, entries, sums, shares);
    out->sentence_shares = shares;
    int64_t seeds = make_seeds(text->words, size, SEED_WORDS, ordered, places);
    if (seeds < 0) return seeds;
    out->seeds = (Seeds){text->words, size, ordered, places, (size_t)seeds};
    out->side = (Side){given->vocabulary, given->vocabulary_weights, given->vocabulary_size, holders, held,
                       entries, sums, given->sentences, sentences, given->stem_places,
                       given->weights, text->parts, size, given->stems, given->stem_count};
    return (int64_t)size;
}

/* Makes the measured form of a text, in a block of the size given by `wirematch_measured_bytes`, aligned to 8; it points into
 * the block and into what was given. Returns the number of words. */
int64_t wirematch_measure(const Given *given, uint8_t *block, size_t bytes, Measured *out) {
    if (!is_given_well(given)) return NOT_READABLE;
    size_t most = given->text->size > given->vocabulary_size ? given->text->size : given->vocabulary_size;
    NearRoom room;
    if (!make_near_room(&room, 2 * (most + 1))) return NO_MEMORY;
    int64_t words = measure(given, (Block){block, bytes}, out, room.numbers);
    leave_near_room(&room);
    return words;
}
