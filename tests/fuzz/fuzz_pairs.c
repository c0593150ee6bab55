/* Runs, overlap of sentences and alignment. */
#include "fuzz.h"

#include "pairs/alignment.c"
#include "pairs/rewording.c"
#include "pairs/runs.c"
#include "pairs/sentences.c"

enum { SEED = 5, PLACES = 16 };

static uint32_t *draw_hashes(size_t size, size_t kinds) {
    uint32_t *hashes = exact(4 * size);
    size_t period = one_in(3) ? 1 + below(9) : size + 1;
    for (size_t at = 0; at < size; at++)
        hashes[at] = at >= period ? hashes[at - period] : (uint32_t)(below(kinds) * 0x9E3779B1u);
    return hashes;
}

static Seeds draw_seeds(const uint32_t *words, size_t size) {
    size_t count = size < SEED ? 0 : size - SEED + 1;
    uint64_t *hashes = exact(8 * count), *ordered = exact(8 * count);
    int64_t *places = exact(8 * count);
    CHECK(wirematch_seeds(words, size, SEED, hashes, ordered, places) == (int64_t)count);
    return (Seeds){words, size, ordered, places, count};
}

static size_t find_and_check_runs(const Seeds *mine, const Seeds *theirs, Run **runs) {
    *runs = exact(sizeof(Run) * mine->count);
    int64_t found = wirematch_runs(mine, theirs, SEED, PLACES, *runs), done = 0;
    CHECK(found >= 0 && found <= (int64_t)mine->count);
    for (int64_t at = 0; at < found; at++) {
        Run run = (*runs)[at];
        CHECK(run.start >= done && run.length > 0 && run.story_start >= 0);
        done = run.start + run.length;
        CHECK((size_t)done <= mine->size && (size_t)(run.story_start + run.length) <= theirs->size);
        CHECK(!memcmp(mine->words + run.start, theirs->words + run.story_start, 4 * (size_t)run.length));
    }
    return (size_t)found;
}

/* A text as a profile has it, or nearly: with `broken`, whatever can be wrong may be. */
static Side draw_side(const uint32_t *words, size_t size, int broken) {
    size_t vocabulary = below(40), sentences = size ? 1 + below(size < 12 ? size : 12) : 0, entries = 0;
    uint32_t *hashes = exact(4 * vocabulary), *distinct = exact(4 * size), *places = exact(4 * size);
    float *vocabulary_weights = exact(4 * vocabulary), *weights = exact(4 * size), *sums = exact(4 * sentences);
    int32_t *begins = exact(4 * (sentences + 1)), *parts = exact(4 * size);
    uint32_t *holders = exact(4 * 12 * vocabulary), *held = exact(4 * 12 * vocabulary);
    for (size_t at = 0; at < vocabulary; at++) {
        hashes[at] = (uint32_t)(broken ? draw() : at * 3 + below(3));
        vocabulary_weights[at] = (float)below(100) / 16;
    }
    for (size_t at = 0; at < size; at++) {
        weights[at] = one_in(3) ? 0 : (float)below(100) / 16;
        parts[at] = broken ? (int32_t)draw() : (at ? parts[at - 1] : 0) + one_in(20);
    }
    for (size_t at = 0; at <= sentences; at++) {
        begins[at] = (int32_t)(sentences ? at * size / sentences : 0);
        if (at < sentences) sums[at] = broken && one_in(9) ? (float)(0.0 / 1.0) : (float)below(400) / 16;
        for (size_t word = 0; at < sentences && word < vocabulary; word++) {
            if (!one_in(4)) continue;
            holders[entries] = (uint32_t)at;
            held[entries++] = (uint32_t)word;
        }
    }
    int64_t stems = wirematch_intern(words, size, distinct, places);
    CHECK(stems >= 0);
    if (broken && entries && one_in(2)) (one_in(2) ? holders : held)[below(entries)] = (uint32_t)draw();
    if (broken && one_in(2)) begins[below(sentences + 1)] = (int32_t)draw();
    if (broken && size && one_in(2)) places[below(size)] = (uint32_t)draw();
    return (Side){hashes, vocabulary_weights, vocabulary, holders, held,  entries, sums,     begins,
                  sentences, places,          weights,    parts,   size,  distinct, (size_t)stems};
}

static void align(const Seeds *mine, const Seeds *theirs, const Run *runs, size_t count) {
    int broken = one_in(3);
    Side my_side = draw_side(mine->words, mine->size, broken), their_side = draw_side(theirs->words, theirs->size, broken);
    size_t cells = my_side.sentence_count * their_side.sentence_count, words = 0;
    float *in_story = exact(4 * cells), *in_submission = exact(4 * cells);
    int64_t done = wirematch_overlap_sentences(&my_side, &their_side, in_story, in_submission);
    if (done < 0 || one_in(3))
        for (size_t at = 0; at < cells; at++) in_story[at] = one_in(3) ? 0 : (float)below(101) / 100;
    Run *given = exact(sizeof(Run) * count);
    memcpy(given, runs, sizeof(Run) * count);
    for (size_t at = 0; at < count; at++) words += (size_t)given[at].length;
    if (broken && count) given[below(count)] = (Run){(int32_t)draw(), (int32_t)draw(), (int32_t)draw()};
    size_t pieces_room = one_in(20) ? below(words + 1) : words, room = 4 * pieces_room + 2 * my_side.sentence_count + 8;
    int small = one_in(20);
    if (small) room = below(room);
    Rules rules = {12, 3, 3, 3, 0.8, 0.45, 0.85, 0.1, 9, 1e-4};
    Run *pieces = exact(sizeof(Run) * pieces_room);
    Passage *passages = exact(sizeof(Passage) * room);
    size_t cut_runs = 0;
    int64_t found = wirematch_align(&my_side, &their_side, in_story, one_in(2), given, count, &rules, pieces,
                                    pieces_room, &cut_runs, passages, room);
    CHECK(found <= (int64_t)room && cut_runs <= pieces_room);
    if (!broken && !small && pieces_room == words) CHECK(found >= 0);
    for (int64_t at = 0; at < found; at++) {
        CHECK(passages[at].start >= 0 && passages[at].start < passages[at].end);
        CHECK((size_t)passages[at].end <= my_side.size && (size_t)passages[at].story_end <= their_side.size);
        CHECK(broken || !at || passages[at - 1].end <= passages[at].start);
    }
}

static void one_round(void) {
    size_t size = draw_size(), their_size = draw_size(), kinds = 1 + below(one_in(2) ? 5 : 500);
    uint32_t *mine = draw_hashes(size, kinds), *theirs = draw_hashes(their_size, kinds);
    for (size_t at = 0; one_in(2) && at + 1 < size && at < their_size; at++) mine[at + 1] = theirs[at];
    Seeds my_seeds = draw_seeds(mine, size), their_seeds = draw_seeds(theirs, their_size);
    Run *runs;
    size_t count = find_and_check_runs(&my_seeds, &their_seeds, &runs);
    align(&my_seeds, &their_seeds, runs, count);
}
