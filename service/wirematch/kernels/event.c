/* What the event's other articles hold of a submission's phrases: what wirematch.matching.event does, with which neighbour
 * holds what as bits of one number.
 */
#include "phrases.h"
#include "spreading.h"

enum { MOST_NEIGHBOURS = 32, HOLDERS = MOST_NEIGHBOURS + 1 };

/* The numbers at the head of event.py, boilerplate.py and excerpts.py. */
typedef struct {
    double dependent;
    int64_t many, least_common, least_excerpt;
} EventRules;

typedef struct {
    uint32_t *held;  /* of each of the submission's phrases, which neighbours hold it */
    uint32_t *own;   /* which of them hold it in own words and in no others */
    uint32_t *heard; /* which voices hold it */
    int64_t voice_of[MOST_NEIGHBOURS], voices;
    uint32_t close[MOST_NEIGHBOURS], close_to_submission; /* which neighbours depend on whom */
    int64_t neighbours, may_be_common; /* whether many voices hold a long row of words, the pair's own ones counted */
} EventTable;

/* What a pair has in common in its event. */
typedef struct {
    int64_t holders[2][HOLDERS]; /* how many phrases of three and of four words that both have as their own have so many
                                    other voices */
    int64_t own_sizes[2]; /* how many of either size the story has in own words */
    int64_t voices, excerpt, common;
    uint64_t close; /* neighbours that depend on the story */
} PairInEvent;

static int ones(uint32_t bits) { return __builtin_popcount(bits); }

static bool is_of_words(const Phrases *phrases) {
    for (size_t at = 0; at < phrases->four_count; at++)
        if (phrases->fours[at] < 0 || (size_t)phrases->fours[at] >= phrases->count) return false;
    return phrases->count <= INT32_MAX && phrases->four_count + 3 == (phrases->size < 3 ? 3 : phrases->size);
}

enum { PRESENT_BITS = 16, FIRST_BITS = 10 };

/* A submission's keys, to be found fast: most that are asked for are not among them, and bits tell nearly all of these. */
typedef struct {
    const Phrases *of;
    uint64_t present[1 << (PRESENT_BITS - 6)];
    uint32_t first[(1 << FIRST_BITS) + 1]; /* of the keys with each value of the upper bits, which place is the first */
} KeysOf;

static void know_keys(const Phrases *phrases, KeysOf *keys) {
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

/* The place of a key, or -1; halving, as keys may have been made to meet. */
static int64_t place_of(const KeysOf *keys, uint32_t key) {
    uint32_t slot = key >> (32 - PRESENT_BITS);
    if (!(keys->present[slot >> 6] >> (slot & 63) & 1)) return -1;
    size_t begin = keys->first[key >> (32 - FIRST_BITS)], end = keys->first[(key >> (32 - FIRST_BITS)) + 1];
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (keys->of->keys[middle] == key) return (int64_t)middle;
        if (keys->of->keys[middle] < key)
            begin = middle + 1;
        else
            end = middle;
    }
    return -1;
}

/* Sets `bit` for the phrases that the other text holds. */
static void mark_held(const KeysOf *mine, const Phrases *other, uint32_t bit, uint32_t *held, uint32_t *own) {
    for (size_t at = 0; at < other->count; at++) {
        int64_t place = place_of(mine, other->keys[at]);
        if (place < 0) continue;
        held[place] |= bit;
        if (other->own[at] && !other->spoken[at]) own[place] |= bit;
    }
}

/* Whether so many shared phrases make two texts with samples of these sizes depend on each other. */
static bool depend(uint32_t shared, size_t size, size_t other, const EventRules *rules) {
    size_t smaller = size < other ? size : other;
    return (double)shared > rules->dependent * (double)(smaller ? smaller : 1);
}

/* How many sampled phrases every two of some texts share. */
static bool count_shared(const Phrases *const *texts, size_t count, uint32_t shared[][MOST_NEIGHBOURS + 1]) {
    size_t all = 0;
    for (size_t text = 0; text < count; text++) all += texts[text]->sample_count;
    uint64_t *numbers = malloc(2 * (all + 1) * sizeof *numbers);
    if (!numbers) return false;
    size_t put = 0;
    for (size_t text = 0; text < count; text++)
        for (size_t at = 0; at < texts[text]->sample_count; at++)
            numbers[put++] = owned(texts[text]->sample[at], text);
    sort_numbers(numbers, numbers + all, all);
    for (size_t first = 0, end; first < all; first = end) {
        for (end = first + 1; end < all && hash_in(numbers[end]) == hash_in(numbers[first]); end++)
            for (size_t other = first; other < end; other++) shared[owner_in(numbers[other])][owner_in(numbers[end])]++;
    }
    free(numbers);
    return true;
}

/* Neighbours that depend on one another, in any number of steps, are one voice. */
static void find_voices(EventTable *table) {
    size_t count = (size_t)table->neighbours;
    table->voices = 0;
    uint32_t done = 0;
    for (size_t first = 0; first < count; first++) {
        if (done >> first & 1) continue;
        uint32_t reached = UINT32_C(1) << first, before = 0;
        while (reached != before) {
            before = reached;
            for (size_t one = 0; one < count; one++)
                if (before >> one & 1) reached |= table->close[one];
        }
        for (size_t one = 0; one < count; one++)
            if (reached >> one & 1) table->voice_of[one] = table->voices;
        table->voices++;
        done |= reached;
    }
}

static uint32_t voices_of(const EventTable *table, uint32_t neighbours) {
    uint32_t voices = 0;
    for (; neighbours; neighbours &= neighbours - 1)
        voices |= UINT32_C(1) << table->voice_of[__builtin_ctz(neighbours)];
    return voices;
}

/* A stretch of words within phrases of four that `wanted` tells; gives how long the longest is. */
typedef struct {
    size_t length, longest, left;
} Stretch;

static void go_on(Stretch *stretch, bool begins_here) {
    if (begins_here) stretch->left = 4;
    stretch->length = stretch->left ? stretch->length + 1 : 0;
    if (stretch->left) stretch->left--;
    if (stretch->length > stretch->longest) stretch->longest = stretch->length;
}

/* Which words stand within phrases of four that many voices other than the two hold; gives the longest row of such. */
static size_t mark_common(const Phrases *submission, const EventTable *table, uint32_t bound, int64_t many,
                          uint8_t *flags) {
    Stretch stretch = {0, 0, 0};
    for (size_t at = 0; at < submission->size; at++) {
        bool here = at < submission->four_count &&
                    ones(table->heard[submission->fours[at]] & ~bound) >= many;
        go_on(&stretch, here);
        if (flags) flags[at] = stretch.length > 0;
    }
    return stretch.longest;
}

/* The event of a submission among at most MOST_NEIGHBOURS texts; the first three arrays of `table` have room for a number
 * a phrase. */
EXPORTED int64_t wirematch_event(const Phrases *submission, const Phrases *const *neighbours, size_t count,
                                 const EventRules *rules, EventTable *table) {
    if (count > MOST_NEIGHBOURS || !is_of_words(submission)) return NOT_READABLE;
    table->neighbours = (int64_t)count;
    memset(table->held, 0, submission->count * sizeof *table->held);
    memset(table->own, 0, submission->count * sizeof *table->own);
    KeysOf keys;
    know_keys(submission, &keys);
    for (size_t one = 0; one < count; one++)
        mark_held(&keys, neighbours[one], UINT32_C(1) << one, table->held, table->own);
    const Phrases *all[MOST_NEIGHBOURS + 1];
    memcpy(all, neighbours, count * sizeof *all);
    all[count] = submission;
    uint32_t shared[MOST_NEIGHBOURS + 1][MOST_NEIGHBOURS + 1] = {{0}};
    if (!count_shared(all, count + 1, shared)) return NO_MEMORY;
    table->close_to_submission = 0;
    for (size_t one = 0; one < count; one++) {
        table->close[one] = UINT32_C(1) << one;
        for (size_t other = 0; other < count; other++) {
            uint32_t both = one < other ? shared[one][other] : shared[other][one];
            if (other != one && depend(both, all[one]->sample_count, all[other]->sample_count, rules))
                table->close[one] |= UINT32_C(1) << other;
        }
        if (depend(shared[one][count], all[one]->sample_count, submission->sample_count, rules))
            table->close_to_submission |= UINT32_C(1) << one;
    }
    find_voices(table);
    for (size_t at = 0; at < submission->count; at++) table->heard[at] = voices_of(table, table->held[at]);
    table->may_be_common = table->voices >= rules->many &&
                           (int64_t)mark_common(submission, table, 0, rules->many, NULL) >= rules->least_common;
    return (int64_t)table->voices;
}

/* Which of the neighbours depend on a text that is none of them. */
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

/* Which of the texts whose bits are set have a phrase in own words somewhere. */
static uint32_t with_own(const Phrases *const *texts, uint32_t bits, uint32_t key) {
    uint32_t found = 0;
    for (; bits; bits &= bits - 1) {
        const Phrases *text = texts[__builtin_ctz(bits)];
        size_t begin = 0, end = text->count;
        while (begin < end) {
            size_t middle = begin + (end - begin) / 2;
            if (text->keys[middle] < key)
                begin = middle + 1;
            else
                end = middle;
        }
        if (begin < text->count && text->keys[begin] == key && text->own[begin]) found |= bits & -bits;
    }
    return found;
}

/* For which bits a long row of own words has phrases of four that the text with that bit has as its own, too: in `own`,
 * or in `held` where somebody is quoted with them as well. `rows` has room for a number a word. A row of so many is found
 * by rows of half its length, one behind the other. */
static uint32_t find_excerpts(const Phrases *submission, const Phrases *const *texts, const uint32_t *held,
                              const uint32_t *own, uint32_t asked, const EventRules *rules, uint32_t *rows) {
    size_t least = rules->least_excerpt > 3 ? (size_t)rules->least_excerpt - 3 : 1, count = submission->four_count, size = 1;
    if (count < least) return 0;
    for (size_t at = 0; at < count; at++) {
        const uint8_t *quoted = submission->quoted + at;
        rows[at] = 0;
        if (quoted[0] | quoted[1] | quoted[2] | quoted[3]) continue;
        size_t four = (size_t)submission->fours[at];
        uint32_t either = held[four] & ~own[four] & asked;
        rows[at] = own[four] | (either ? with_own(texts, either, submission->keys[four]) : 0);
    }
    for (; 2 * size <= least; size *= 2)
        for (size_t at = 0; at + 2 * size <= count; at++) rows[at] &= rows[at + size];
    uint32_t found = 0;
    for (size_t at = 0; at + least <= count; at++) found |= rows[at] & rows[at + least - size];
    return found;
}

/* Counts, of the phrases that the submission and a story have as their own, by how many other voices have them. */
static void count_holders(const Phrases *submission, const EventTable *table, const uint32_t *own, uint32_t bits,
                          const uint32_t *bound, PairInEvent *const *pairs) {
    for (size_t at = 0; at < submission->count; at++) {
        if (!(own[at] & bits) || !submission->own[at] || submission->spoken[at]) continue;
        for (uint32_t left = own[at] & bits; left; left &= left - 1) {
            int story = __builtin_ctz(left);
            pairs[story]->holders[submission->keys[at] & 1][ones(table->heard[at] & ~bound[story])]++;
        }
    }
}

static void begin_pair(const Phrases *submission, const EventTable *table, const Phrases *story, uint32_t close,
                       const EventRules *rules, uint32_t *bound, PairInEvent *pair) {
    *bound = voices_of(table, close | table->close_to_submission);
    memset(pair, 0, sizeof *pair);
    pair->close = close;
    memcpy(pair->own_sizes, story->own_sizes, sizeof pair->own_sizes);
    pair->voices = table->voices - ones(*bound);
    pair->common = table->may_be_common &&
                   (int64_t)mark_common(submission, table, *bound, rules->many, NULL) >= rules->least_common;
}

/* A story that is none of the neighbours; `room` has two numbers a phrase. */
static void pair_stranger(const Phrases *submission, const Phrases *const *neighbours, const EventTable *table,
                          const Phrases *story, const EventRules *rules, uint32_t *room, PairInEvent *pair) {
    uint32_t *held = room, *own = room + submission->count, bound;
    uint32_t close = close_to(story, neighbours, (size_t)table->neighbours, rules);
    begin_pair(submission, table, story, close, rules, &bound, pair);
    KeysOf keys;
    know_keys(submission, &keys);
    memset(room, 0, 2 * submission->count * sizeof *room);
    mark_held(&keys, story, 1, held, own);
    count_holders(submission, table, own, 1, &bound, &pair);
    pair->excerpt = find_excerpts(submission, &story, held, own, 1, rules, room + 2 * submission->count) & 1;
}

/* Of each of some stories what it and the submission have in common. `places` says which neighbour a story is, each one
 * story at the most, -1 for none; `room` has two numbers a phrase and one a word. */
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
        if (place < 0) {
            pair_stranger(submission, neighbours, table, stories[story], rules, room, &pairs[story]);
            continue;
        }
        asked |= UINT32_C(1) << place;
        of[place] = &pairs[story];
        begin_pair(submission, table, stories[story], table->close[place], rules, &bound[place], &pairs[story]);
    }
    if (!asked) return (int64_t)count;
    count_holders(submission, table, table->own, asked, bound, of);
    uint32_t excerpts = find_excerpts(submission, neighbours, table->held, table->own, asked, rules, room) & asked;
    for (; excerpts; excerpts &= excerpts - 1) of[__builtin_ctz(excerpts)]->excerpt = 1;
    return (int64_t)count;
}

/* Which of the submission's words stand in phrases of four words that many voices hold, other than the submission's and
 * those in `close`. */
EXPORTED void wirematch_common_words(const Phrases *submission, const EventTable *table, uint32_t close,
                                     const EventRules *rules, uint8_t *flags) {
    uint32_t bound = voices_of(table, close | table->close_to_submission);
    mark_common(submission, table, bound, rules->many, flags);
}

/* Of each of the submission's phrases how many voices hold it, other than the submission's and those in `close`; gives how
 * many such voices there are. */
EXPORTED int64_t wirematch_holders(const Phrases *submission, const EventTable *table, uint32_t close, int64_t *holders) {
    uint32_t bound = voices_of(table, close | table->close_to_submission);
    for (size_t at = 0; at < submission->count; at++) holders[at] = ones(table->heard[at] & ~bound);
    return table->voices - ones(bound);
}
