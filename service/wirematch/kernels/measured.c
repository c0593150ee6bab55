#include "measured.h"

#include "block.h"
#include "spreading.h"

enum { NAME = 1, PLAIN = 2, OWN = 4, FUNCTION = 8 };

/* How large a block a text's measured form takes at the most. */
size_t wirematch_measured_bytes(size_t size, size_t stems, size_t content, size_t sentences) {
    size_t words = rounded(4 * size);
    /* Three views have a key a word, two one a content word, names and numbers one a word at the most together. */
    return 8 * (5 * size + 2 * content) + words + 2 * 8 * size + 3 * words + 8 * (size + 1) + 2 * 8 * content +
           8 * sentences + rounded(4 * sentences) + rounded(stems) + rounded(size);
}

static bool is_given_well(const Given *given) {
    const Text *text = given->text;
    Text seen = *text;
    seen.sentences = given->sentences;
    seen.sentence_count = given->sentence_count;
    if (!is_cut_well(text) || !is_cut_well(&seen) || given->sentence_count > MOST_SENTENCES) return false;
    size_t content = 0;
    for (size_t at = 0; at < text->size; at++) {
        if (given->stem_places[at] >= given->stem_count) return false;
        content += text->content[at] != 0;
    }
    if (content != given->content_count) return false;
    for (size_t at = 0; at < content; at++)
        if (given->vocabulary_places[at] < 0 || (size_t)given->vocabulary_places[at] >= given->vocabulary_size)
            return false;
    return true;
}

/* What each word is. A capital at the beginning of a sentence makes a name of words that are one elsewhere. */
static void mark_words(const Given *given, uint8_t *known, uint8_t *kinds) {
    const Text *text = given->text;
    memset(known, 0, given->stem_count);
    for (size_t at = 0; at < text->size; at++) kinds[at] = text->capitals[at] ? NAME : 0;
    for (size_t at = 0; at < text->sentence_count; at++)
        if ((size_t)text->sentences[at] < text->size) kinds[text->sentences[at]] = 0;
    for (size_t at = 0; at < text->size; at++)
        if (kinds[at]) known[given->stem_places[at]] = 1;
    for (size_t at = 0; at < text->size; at++) {
        bool name = kinds[at] || (text->capitals[at] && known[given->stem_places[at]]);
        bool plain = text->content[at] && !name && !text->digits[at];
        kinds[at] = (uint8_t)((name ? NAME : 0) | (plain ? PLAIN : 0) | (text->spoken[at] ? 0 : OWN) |
                              (text->content[at] ? 0 : FUNCTION));
    }
}

/* The keys of one view as they are found, with whose word's weight each has. */
typedef struct {
    Keyed *keyed;
    size_t count;
} Keys;

static void put(Keys *keys, uint64_t hash, size_t owner) {
    keys->keyed[keys->count++] = (Keyed){hash & ((UINT64_C(1) << HASH_BITS) - 1), (uint32_t)owner};
}

static bool is_own(const uint8_t *kinds, size_t at, size_t size) {
    for (size_t word = 0; word < size; word++)
        if (!(kinds[at + word] & OWN)) return false;
    return true;
}

/* The pairs of neighbours among the words that `chosen` tells, whatever stands between them. */
static void put_pairs(Keys *keys, const Text *text, const uint8_t *kinds, bool own_plain) {
    size_t before = text->size;
    for (size_t at = 0; at < text->size; at++) {
        if (own_plain ? (kinds[at] & (PLAIN | OWN)) != (PLAIN | OWN) : !text->content[at]) continue;
        if (before < text->size) put(keys, with_next(text->stems[before], text->stems[at]), at);
        before = at;
    }
}

static void find_keys(const Text *text, const uint8_t *kinds, int view, Keys *keys) {
    const uint32_t *words = text->words, *stems = text->stems;
    size_t size = text->size;
    keys->count = 0;
    switch (view) {
    case BIGRAMS:
        for (size_t at = 0; at + 1 < size; at++) put(keys, with_next(words[at], words[at + 1]), at);
        break;
    case OWN_TRIGRAMS:
        for (size_t at = 0; at + 2 < size; at++)
            if (is_own(kinds, at, 3)) put(keys, with_next(with_next(words[at], words[at + 1]), words[at + 2]), at);
        break;
    case OWN_WORDING_PAIRS:
        for (size_t at = 0; at + 1 < size; at++)
            if (is_own(kinds, at, 2) && kinds[at] & (PLAIN | FUNCTION) && kinds[at + 1] & (PLAIN | FUNCTION))
                put(keys, with_next(stems[at], stems[at + 1]), at);
        break;
    case NAMES:
        for (size_t at = 0; at < size; at++)
            if (kinds[at] & NAME) put(keys, stems[at], at);
        break;
    case NUMBERS:
        for (size_t at = 0; at < size; at++)
            if (text->digits[at]) put(keys, words[at], at);
        break;
    default:
        put_pairs(keys, text, kinds, view == OWN_PLAIN_PAIRS);
    }
}

/* Each key once, with the first of its weights, which is 1 in all views but that of names. */
static void gather_views(const Given *given, const uint8_t *kinds, Keyed *keyed, uint64_t *keys, float *weights,
                         Measured *out) {
    size_t kept = 0;
    Keys found = {keyed, 0};
    for (int view = 0; view < VIEWS; view++) {
        out->view_edges[view] = kept;
        out->view_totals[view] = 0;
        find_keys(given->text, kinds, view, &found);
        sort_spread(keyed, keyed + found.count, found.count);
        for (size_t at = 0; at < found.count; at++) {
            if (at && keyed[at].key == keyed[at - 1].key) continue;
            float weight = view == NAMES ? given->weights[keyed[at].owner] : 1;
            if (view == NAMES) weights[kept - out->view_edges[NAMES]] = weight;
            out->view_totals[view] += (double)weight;
            keys[kept++] = keyed[at].key;
        }
    }
    out->view_edges[VIEWS] = kept;
    out->view_keys = keys;
    out->name_weights = weights;
}

static void gather_sequences(const Given *given, const uint8_t *kinds, uint32_t *content, uint32_t *own,
                             uint32_t *facts, Measured *out) {
    const Text *text = given->text;
    size_t counts[SEQUENCES] = {0};
    for (size_t at = 0; at < text->size; at++) {
        uint32_t stem = given->stem_places[at];
        if (text->content[at]) content[counts[CONTENT_WORDS]++] = stem;
        if (text->content[at] && kinds[at] & OWN) own[counts[OWN_CONTENT]++] = stem;
        if (kinds[at] & NAME || text->digits[at]) facts[counts[FACTS]++] = stem;
    }
    counts[ALL_WORDS] = text->size;
    const uint32_t *words[SEQUENCES] = {content, own, given->stem_places, facts};
    for (int number = 0; number < SEQUENCES; number++)
        out->sequences[number] = (Sequence){words[number], counts[number] < MOST_IN_ORDER ? counts[number] : MOST_IN_ORDER};
}

/* Which content words each sentence holds, each once; `seen` has room for a number a word of the vocabulary. */
static size_t gather_entries(const Given *given, uint32_t *seen, int64_t *holders, int64_t *held) {
    size_t count = 0, content = 0;
    memset(seen, 0, given->vocabulary_size * sizeof *seen);
    for (size_t sentence = 0; sentence < given->sentence_count; sentence++)
        for (int32_t at = given->sentences[sentence]; at < given->sentences[sentence + 1]; at++) {
            if (!given->text->content[at]) continue;
            int64_t place = given->vocabulary_places[content++];
            if (seen[place] == sentence + 1) continue;
            seen[place] = (uint32_t)sentence + 1;
            holders[count] = (int64_t)sentence;
            held[count++] = place;
        }
    return count;
}

static void weigh_sentences(const Given *given, const int64_t *holders, const int64_t *held, size_t entries,
                            float *weights, double *shares) {
    double all = 0;
    size_t entry = 0;
    for (size_t sentence = 0; sentence < given->sentence_count; sentence++) {
        double sum = 0;
        for (; entry < entries && (size_t)holders[entry] == sentence; entry++)
            sum += (double)given->vocabulary_weights[held[entry]];
        weights[sentence] = (float)sum;
        all += (double)weights[sentence];
    }
    for (size_t sentence = 0; sentence < given->sentence_count; sentence++)
        shares[sentence] = all > 0 ? (double)weights[sentence] / all : 0;
}

static int64_t measure(const Given *given, Block block, Measured *out, Keyed *keyed) {
    const Text *text = given->text;
    size_t size = text->size, content = given->content_count, sentences = given->sentence_count;
    uint64_t *keys = take(&block, 8 * (5 * size + 2 * content)), *ordered = take(&block, 8 * size);
    int64_t *places = take(&block, 8 * size), *own_before = take(&block, 8 * (size + 1));
    int64_t *holders = take(&block, 8 * content), *held = take(&block, 8 * content);
    double *shares = take(&block, 8 * sentences);
    float *name_weights = take(&block, 4 * size), *sums = take(&block, 4 * sentences);
    uint32_t *chosen = take(&block, 4 * size), *own = take(&block, 4 * size), *facts = take(&block, 4 * size);
    uint8_t *known = take(&block, given->stem_count), *kinds = take(&block, size);
    if (!keys || !ordered || !places || !own_before || !holders || !held || !shares || !name_weights || !sums ||
        !chosen || !own || !facts || !known || !kinds)
        return NOT_READABLE;
    mark_words(given, known, kinds);
    gather_views(given, kinds, keyed, keys, name_weights, out);
    gather_sequences(given, kinds, chosen, own, facts, out);
    own_before[0] = 0;
    for (size_t at = 0; at < size; at++) own_before[at + 1] = own_before[at] + (kinds[at] & OWN ? 1 : 0);
    out->own_before = own_before;
    out->spoken = size - (size_t)own_before[size];
    size_t entries = gather_entries(given, (uint32_t *)keyed, holders, held);
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

/* The measured form of a text, in a block of as many bytes as `wirematch_measured_bytes` says, aligned to 8; it points
 * into the block and into what was given. Gives the number of words. */
int64_t wirematch_measure(const Given *given, uint8_t *block, size_t bytes, Measured *out) {
    if (!is_given_well(given)) return NOT_READABLE;
    size_t most = given->text->size > given->vocabulary_size ? given->text->size : given->vocabulary_size;
    Keyed *keyed = malloc(2 * (most + 1) * sizeof *keyed);
    if (!keyed) return NO_MEMORY;
    int64_t words = measure(given, (Block){block, bytes}, out, keyed);
    free(keyed);
    return words;
}
