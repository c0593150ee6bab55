/* Walks through sorted lists side by side, and the seeds of runs. */
#include "fuzz.h"

#include "pairs/alignment.c"
#include "scoring/common.c"
#include "pairs/measured.c"
#include "pairs/measuring.c"
#include "pairs/rewording.c"
#include "pairs/runs.c"

/* Sorted, each once; `sparse` numbers are in both lists seldom. */
static size_t draw_sorted(uint64_t **numbers, uint32_t **hashes, size_t sparse) {
    size_t size = below(one_in(3) ? 600 : 100);
    *numbers = exact(8 * size);
    *hashes = exact(4 * size);
    uint32_t last = 0;
    for (size_t at = 0; at < size; at++) (*numbers)[at] = (*hashes)[at] = last += 1 + (uint32_t)below(sparse);
    return size;
}

/* What walks side by side find, looked up one by one. */
static void check_walks(void) {
    uint64_t *mine, *theirs;
    uint32_t *my_hashes, *their_hashes;
    size_t sparse = 1 + below(one_in(2) ? 4 : 1000), same = 0;
    size_t size = draw_sorted(&mine, &my_hashes, sparse), their_size = draw_sorted(&theirs, &their_hashes, sparse);
    int32_t *there = exact(4 * size), *here = exact(4 * their_size), *only_there = exact(4 * size);
    match_both(my_hashes, size, their_hashes, their_size, there, here);
    match_places(my_hashes, size, their_hashes, their_size, only_there);
    CHECK(!memcmp(there, only_there, 4 * size));
    for (size_t at = 0; at < size; at++) {
        size_t other = first_not_below(theirs, true, their_size, mine[at]);
        bool found = other < their_size && theirs[other] == mine[at];
        CHECK(there[at] == (found ? (int32_t)other : -1));
        CHECK(!found || here[other] == (int32_t)at);
        same += found;
    }
    for (size_t other = 0; other < their_size; other++)
        CHECK(here[other] == -1 || there[here[other]] == (int32_t)other);
    CHECK(count_same(mine, size, theirs, their_size) == same);
}

static Seeds draw_seeds(size_t kinds) {
    size_t size = SEED_WORDS + below(one_in(3) ? 600 : 60);
    uint32_t *words = exact(4 * size);
    for (size_t at = 0; at < size; at++) words[at] = (uint32_t)below(kinds) << (one_in(3) ? 0 : 20);
    uint64_t *ordered = exact(8 * size);
    int64_t *places = exact(8 * size), count = make_seeds(words, size, SEED_WORDS, ordered, places);
    CHECK(count == (int64_t)(size - SEED_WORDS + 1));
    for (int64_t at = 0; at < count; at++) {
        uint64_t hash = words[places[at]];
        for (int64_t word = 1; word < SEED_WORDS; word++) hash = with_next(hash, words[places[at] + word]);
        CHECK(ordered[at] == hash);
        CHECK(!at || ordered[at - 1] < ordered[at] || (ordered[at - 1] == ordered[at] && places[at - 1] < places[at]));
    }
    return (Seeds){words, size, ordered, places, (size_t)count};
}

static void check_seeds(void) {
    size_t kinds = 1 + below(one_in(2) ? 3 : 40);
    Seeds mine = draw_seeds(kinds), theirs = draw_seeds(kinds);
    SeedsFound *found = exact(mine.count * sizeof *found);
    find_seeds(&mine, &theirs, found);
    for (size_t at = 0; at < mine.count; at++) {
        size_t begin = first_not_below(theirs.ordered, true, theirs.count, mine.ordered[at]), end = begin;
        while (end < theirs.count && theirs.ordered[end] == mine.ordered[at]) end++;
        SeedsFound one = found[mine.places[at]];
        CHECK(begin == end ? one.begin == one.end : one.begin == begin && one.end == end);
    }
}

static void one_round(void) {
    check_walks();
    check_seeds();
}
