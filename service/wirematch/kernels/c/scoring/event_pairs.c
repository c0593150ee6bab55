/* Event facts of a submission with each of some stories; see wirematch.matching.neighbours.event. */
#include "scoring/event.h"

#include "scoring/common.h"
#include "scoring/phrase_keys.h"

/* The neighbours that depend on a text that is not among them. */
static uint32_t close_to(const Phrases *story, const Phrases *const *neighbours, size_t count, const EventRules *rules) {
    uint32_t close = 0;
    for (size_t one = 0; one < count; one++) {
        const Phrases *other = neighbours[one];
        uint32_t both = 0;
        for (size_t at = 0, place = 0; at < story->sample_count && place < other->sample_count;) {
            uint32_t mine = story->sample[at], theirs = other->sample[place];
            both += mine == theirs;
            at += mine <= theirs;
            place += theirs <= mine;
        }
        if (depend(both, story->sample_count, other->sample_count, rules)) close |= UINT32_C(1) << one;
    }
    return close;
}

/* Those of the texts in `bits` that have a phrase somewhere outside quotations. */
static uint32_t with_own(const Phrases *const *texts, uint32_t bits, uint32_t key) {
    uint32_t found = 0;
    for (; bits; bits &= bits - 1) {
        const Phrases *text = texts[__builtin_ctz(bits)];
        int64_t place = place_between(text->keys, 0, text->count, key);
        if (place >= 0 && text->own[place]) found |= bits & -bits;
    }
    return found;
}

/* Finds the texts, as bits, that share a long run of own words, that is, of four-word phrases that they have as their own: in
 * `own`, or in `held` if somebody is also quoted with them. `rows` has one number a word. A run of some length is found as two
 * consecutive runs of half the length. */
static uint32_t find_excerpts(const Phrases *submission, const Phrases *const *texts, const uint32_t *held,
                              const uint32_t *own, uint32_t asked, const EventRules *rules, uint32_t *rows) {
    size_t least = rules->least_excerpt > 3 ? (size_t)rules->least_excerpt - 3 : 1, count = submission->four_count, size = 1;
    if (count < least) return 0;
    for (size_t at = 0; at < count; at++) {
        const uint8_t *quoted = submission->quoted + at;
        rows[at] = 0;
        if (quoted[0] | quoted[1] | quoted[2] | quoted[3]) continue;
        size_t four = submission->fours[at];
        uint32_t either = held[four] & ~own[four] & asked;
        rows[at] = own[four] | (either ? with_own(texts, either, submission->keys[four]) : 0);
    }
    for (; 2 * size <= least; size *= 2)
        for (size_t at = 0; at + 2 * size <= count; at++) rows[at] &= rows[at + size];
    uint32_t found = 0;
    for (size_t at = 0; at + least <= count; at++) found |= rows[at] & rows[at + least - size];
    return found;
}

/* Histogram, for each story in `bits`, of the other voices that hold the three-word phrases which the submission and the
 * story have as their own. */
static void count_holders(const Phrases *submission, const EventTable *table, const uint32_t *own, uint32_t bits,
                          const uint32_t *bound, uint32_t (*holders)[HOLDERS]) {
    for (size_t at = 0; at < submission->count; at++) {
        if (!(own[at] & bits) || !submission->own[at] || submission->spoken[at] || submission->keys[at] & 1) continue;
        for (uint32_t left = own[at] & bits; left; left &= left - 1) {
            int story = __builtin_ctz(left);
            holders[story][ones(table->heard[at] & ~bound[story])]++;
        }
    }
}

/* Whether both texts have a long run of words that many voices hold. */
static int64_t have_common(const Phrases *submission, const EventTable *table, const Phrases *story, uint32_t bound,
                           const EventRules *rules) {
    uint8_t *flags = malloc(submission->size + story->size + 1);
    if (!flags) return NO_MEMORY;
    int64_t common = 0;
    if ((int64_t)mark_common(submission, table, bound, rules->many, flags) >= rules->least_common)
        common = wirematch_common_passages(submission, story, (size_t)rules->least_common, flags, flags + submission->size);
    free(flags);
    return common;
}

/* Negative if it cannot be told. */
static int64_t begin_pair(const Phrases *submission, const EventTable *table, const Phrases *story, uint32_t close,
                          const EventRules *rules, uint32_t *bound, PairInEvent *pair) {
    *bound = voices_of(table, close | table->close_to_submission);
    *pair = (PairInEvent){.close = close, .voices = table->voices - ones(*bound)};
    if (table->may_be_common) pair->common = have_common(submission, table, story, *bound, rules);
    return pair->common;
}

static void tell_features(const Phrases *submission, const Phrases *story, const uint32_t *holders,
                          const EventRules *rules, PairInEvent *pair) {
    int64_t mine = submission->own_sizes[0], theirs = story->own_sizes[0], fewer = mine < theirs ? mine : theirs;
    pair->unshared = unshared_of(holders, pair->voices, rules) / (double)(fewer > 1 ? fewer : 1);
    pair->voices_told = rules->voices_told[pair->voices];
}

/* The pair with a story that is not a neighbour; `room` has two numbers a phrase. */
static int64_t pair_stranger(const Phrases *submission, const Phrases *const *neighbours, const EventTable *table,
                          const Phrases *story, const EventRules *rules, uint32_t *room, PairInEvent *pair) {
    uint32_t *held = room, *own = room + submission->count, bound;
    uint32_t close = close_to(story, neighbours, (size_t)table->neighbours, rules);
    int64_t begun = begin_pair(submission, table, story, close, rules, &bound, pair);
    if (begun < 0) return begun;
    KeysOf keys;
    know_keys(submission, &keys);
    memset(room, 0, 2 * submission->count * sizeof *room);
    mark_held(&keys, story, 1, held, own);
    uint32_t holders[HOLDERS] = {0};
    count_holders(submission, table, own, 1, &bound, &holders);
    tell_features(submission, story, holders, rules, pair);
    pair->excerpt = find_excerpts(submission, &story, held, own, 1, rules, room + 2 * submission->count) & 1;
    return 0;
}

/* Computes the event facts of stories. `places` has each story's index among the neighbours, used once at most, or -1; `room`
 * has two numbers per phrase and one per word. */
EXPORTED int64_t wirematch_pairs_in_event(const Phrases *submission, const Phrases *const *neighbours,
                                          const EventTable *table, const Phrases *const *stories,
                                          const int64_t *places, size_t count, const EventRules *rules,
                                          uint32_t *room, PairInEvent *pairs) {
    if (table->neighbours > MOST_NEIGHBOURS || !is_of_words(submission)) return NOT_READABLE;
    uint32_t bound[MOST_NEIGHBOURS] = {0}, asked = 0;
    PairInEvent *of[MOST_NEIGHBOURS] = {NULL};
    for (size_t story = 0; story < count; story++) {
        int64_t place = places[story];
        if (place >= table->neighbours || (place >= 0 && asked >> place & 1)) return NOT_READABLE;
        const Phrases *one = stories[story];
        PairInEvent *pair = &pairs[story];
        int64_t begun = place < 0 ? pair_stranger(submission, neighbours, table, one, rules, room, pair)
                                  : begin_pair(submission, table, one, table->close[place], rules, &bound[place], pair);
        if (begun < 0) return begun;
        if (place < 0) continue;
        asked |= UINT32_C(1) << place;
        of[place] = pair;
    }
    if (!asked) return (int64_t)count;
    uint32_t holders[MOST_NEIGHBOURS][HOLDERS] = {{0}};
    count_holders(submission, table, table->own, asked, bound, holders);
    for (uint32_t left = asked; left; left &= left - 1) {
        int place = __builtin_ctz(left);
        tell_features(submission, neighbours[place], holders[place], rules, of[place]);
    }
    uint32_t excerpts = find_excerpts(submission, neighbours, table->held, table->own, asked, rules, room) & asked;
    for (; excerpts; excerpts &= excerpts - 1) of[__builtin_ctz(excerpts)]->excerpt = 1;
    return (int64_t)count;
}
