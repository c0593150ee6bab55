/* Runs of words that two texts share; the kernel of wirematch.matching.runs. */
#include "pairs/runs.h"

#include "room.h"
#include "spreading.h"
#include "text/prepared_text.h"
#include "walking.h"

int64_t make_seeds(const uint32_t *words, size_t size, size_t seed, uint64_t *ordered, int64_t *places) {
    if (!seed || size < seed) return 0;
    size_t count = size - seed + 1;
    if (count > UINT32_MAX) return NOT_READABLE;
    NearRoom room;
    if (!make_near_room(&room, 4 * count)) return NO_MEMORY; /* each is as large as two numbers */
    Keyed *keyed = (Keyed *)room.numbers;
    for (size_t at = 0; at < count; at++) {
        uint64_t hash = words[at];
        for (size_t word = 1; word < seed; word++) hash = with_next(hash, words[at + word]);
        keyed[at] = (Keyed){hash, (uint32_t)at};
    }
    sort_spread(keyed, keyed + count, count);
    for (size_t at = 0; at < count; at++) {
        ordered[at] = keyed[at].key;
        places[at] = keyed[at].owner;
    }
    leave_near_room(&room);
    return (int64_t)count;
}

/* Hashes the `size - seed + 1` runs of `seed` words: in order, sorted, and the positions of the sorted ones. Returns how
 * many, none if the text is shorter. */
EXPORTED int64_t wirematch_seeds(const uint32_t *words, size_t size, size_t seed, uint64_t *hashes, uint64_t *ordered,
                                 int64_t *places) {
    int64_t count = make_seeds(words, size, seed, ordered, places);
    for (int64_t at = 0; at < count; at++) hashes[places[at]] = ordered[at];
    return count;
}

/* The range of the other text's sorted seeds that equal one of mine. */
typedef struct {
    uint32_t begin, end;
} SeedsFound;

/* A walk over the sorted seeds of two texts, with the latest range of equal ones. */
typedef struct {
    Walk walk;
    SeedsFound last;
} SeedWalk;

static inline void seed_step(const Seeds *mine, const Seeds *theirs, SeedsFound *found, SeedWalk *on) {
    Walk *walk = &on->walk;
    uint64_t one = mine->ordered[walk->at], two = theirs->ordered[walk->other];
    if (one == two) { /* rare for most pairs; theirs stay in place for all equal ones of mine */
        if (on->last.end <= walk->other) {
            size_t end = walk->other;
            while (end < walk->other_end && theirs->ordered[end] == one) end++;
            on->last = (SeedsFound){(uint32_t)walk->other, (uint32_t)end};
        }
        found[mine->places[walk->at]] = on->last;
    }
    walk->at += one <= two;
    walk->other += two < one;
}

static void find_seeds(const Seeds *mine, const Seeds *theirs, SeedsFound *found) {
    memset(found, 0, mine->count * sizeof *found);
    Walk walks[WALKS];
    part_walks(mine->ordered, mine->count, theirs->ordered, theirs->count, true, walks);
    SeedWalk first = {walks[0], {0, 0}}, second = {walks[1], {0, 0}}, third = {walks[2], {0, 0}}, fourth = {walks[3], {0, 0}};
    for (size_t left; (left = steps_left_in_all(walks));) {
        for (; left; left--) {
            seed_step(mine, theirs, found, &first);
            seed_step(mine, theirs, found, &second);
            seed_step(mine, theirs, found, &third);
            seed_step(mine, theirs, found, &fourth);
        }
        walks[0] = first.walk, walks[1] = second.walk, walks[2] = third.walk, walks[3] = fourth.walk;
    }
    SeedWalk *all[WALKS] = {&first, &second, &third, &fourth};
    for (int each = 0; each < WALKS; each++)
        for (size_t left; (left = steps_left(&all[each]->walk));)
            for (; left; left--) seed_step(mine, theirs, found, all[each]);
}

static size_t equal_words(const Seeds *mine, const Seeds *theirs, size_t at, size_t place) {
    size_t length = 0;
    while (at + length < mine->size && place + length < theirs->size &&
           mine->words[at + length] == theirs->words[place + length])
        length++;
    return length;
}

/* The first of the sorted positions `[begin, end)` from `wanted` on. */
static size_t first_from(const int64_t *places, size_t begin, size_t end, int64_t wanted) {
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (places[middle] < wanted)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

/* The longest extension from `at` among the `most` positions nearest to `expected`; of equal ones the nearest, then the
 * smallest position. */
static size_t longest(const Seeds *mine, const Seeds *theirs, size_t at, SeedsFound found, int64_t expected, size_t most,
                      size_t *place) {
    size_t best = 0, right = first_from(theirs->places, found.begin, found.end, expected), left = right;
    for (size_t tried = 0; tried < most && (left > found.begin || right < found.end); tried++) {
        bool go_left = right == found.end || (left > found.begin && expected - theirs->places[left - 1] <=
                                                                        theirs->places[right] - expected);
        size_t here = (size_t)theirs->places[go_left ? --left : right++];
        size_t length = equal_words(mine, theirs, at, here);
        if (length > best) {
            best = length;
            *place = here;
        }
    }
    return best;
}

/* Runs that together cover every shared run of `seed` words, each word once; at most one for each seed of mine. */
static int64_t cover(const Seeds *mine, const Seeds *theirs, const SeedsFound *found, size_t seed, size_t most, Run *runs) {
    size_t count = 0, done = 0;
    int64_t expected = -1;
    for (size_t at = 0; at < mine->count; at++) {
        if (found[at].begin == found[at].end) continue;
        size_t place = 0, length = longest(mine, theirs, at, found[at], expected, most, &place);
        if (length < seed || at + length <= done) continue; /* a hash collision, or nothing new */
        size_t start = at > done ? at : done;
        runs[count++] = (Run){(int32_t)start, (int32_t)(place + start - at), (int32_t)(at + length - start)};
        done = at + length;
        expected = (int64_t)(place + length);
        /* The next run may begin within this one. */
        if (done + 1 > seed && done + 1 - seed > at + 1) at = done - seed;
    }
    return (int64_t)count;
}

int64_t find_runs(const Seeds *mine, const Seeds *theirs, size_t seed, size_t most, Run *runs) {
    NearRoom room;
    if (!make_near_room(&room, mine->count + 1)) return NO_MEMORY; /* each is as large as a number */
    SeedsFound *found = (SeedsFound *)room.numbers;
    find_seeds(mine, theirs, found);
    int64_t count = cover(mine, theirs, found, seed, most, runs);
    leave_near_room(&room);
    return count;
}

EXPORTED int64_t wirematch_runs(const Seeds *mine, const Seeds *theirs, size_t seed, size_t most, Run *runs) {
    if (mine->size > INT32_MAX || theirs->size > INT32_MAX) return NOT_READABLE;
    return find_runs(mine, theirs, seed, most, runs);
}
