/* Finds the passages that two texts share; follows wirematch.matching.pairs.alignment_in_python step by step. */
#include "pairs/alignment.h"

#include "pairs/holders.h"

typedef struct {
    Passage *passages;
    size_t count, room;
    bool full;
} Passages;

static void add(Passages *list, Passage passage) {
    list->full |= list->count == list->room;
    if (!list->full) list->passages[list->count++] = passage;
}

static Passage verbatim(int32_t start, int32_t story_start, int32_t length) {
    return (Passage){start, start + length, story_start, story_start + length, length, 1};
}

static inline int32_t smaller(int32_t one, int32_t other) { return one < other ? one : other; }
static inline int32_t larger(int32_t one, int32_t other) { return one > other ? one : other; }

/* Cuts runs wherever furniture stands within them on either side. Returns the number of pieces, or NOT_READABLE if there is
 * no room for them, or if runs are not of these texts, out of order or overlapping. */
static int64_t within_parts(const Run *runs, size_t count, const Side *mine, const Side *theirs, Run *pieces,
                            size_t room) {
    size_t made = 0;
    int64_t done = 0;
    for (const Run *run = runs; run < runs + count; run++) {
        if (run->start < done || run->length <= 0 || run->story_start < 0) return NOT_READABLE;
        done = (int64_t)run->start + run->length;
        if ((size_t)done > mine->size || (size_t)run->story_start + (size_t)run->length > theirs->size)
            return NOT_READABLE;
        const int32_t *parts = mine->parts + run->start, *story_parts = theirs->parts + run->story_start;
        int32_t first = 0;
        for (int32_t at = 1; at <= run->length; at++) {
            if (at < run->length && parts[at - 1] >= parts[at] && story_parts[at - 1] >= story_parts[at]) continue;
            if (made == room) return NOT_READABLE;
            pieces[made++] = (Run){run->start + first, run->story_start + first, at - first};
            first = at;
        }
    }
    return (int64_t)made;
}

/* Joins two consecutive passages into the first; false if they are not consecutive, or the result would claim too much. */
static bool join(Passage *before, const Passage *after, const Rules *rules) {
    if (before->verbatim != after->verbatim || after->start - before->end > rules->bridged_words) return false;
    Passage joined = {before->start,     after->end, before->story_start, after->story_end,
                      before->equal + after->equal, before->verbatim};
    if (before->verbatim) {
        int32_t skipped = after->story_start - before->story_end;
        if (skipped < 0 || skipped > rules->bridged_words) return false;
        int32_t length = larger(joined.end - joined.start, joined.story_end - joined.story_start);
        if (!(joined.equal / (double)length >= rules->still_verbatim)) return false;
    } else if (before->story_start != after->story_start || before->story_end != after->story_end) {
        return false;
    }
    *before = joined;
    return true;
}

/* Joins passages that continue each other in both texts, within one part of the submission. */
static void merge(Passages *list, const int32_t *parts, const Rules *rules) {
    size_t kept = 0;
    for (size_t at = 0; at < list->count; at++) {
        Passage passage = list->passages[at];
        bool in_part = kept && parts[list->passages[kept - 1].end - 1] == parts[passage.start];
        if (!in_part || !join(&list->passages[kept - 1], &passage, rules)) list->passages[kept++] = passage;
    }
    list->count = kept;
}

/* Whether a block is long, or makes up most of a sentence. Blocks come in order: `*sentence` is the first one that ends behind
 * the beginning of the block before. */
static bool stands_alone(const Passage *block, const Side *mine, size_t *sentence, const Rules *rules) {
    const int32_t *starts = mine->sentences;
    while (*sentence < mine->sentence_count && starts[*sentence + 1] <= block->start) ++*sentence;
    if (block->end - block->start >= rules->run_stands_alone) return true;
    for (size_t at = *sentence; at < mine->sentence_count && starts[at] < block->end; at++) {
        int32_t taken = smaller(block->end, starts[at + 1]) - larger(block->start, starts[at]);
        if (taken >= rules->mostly_taken * (double)(starts[at + 1] - starts[at])) return true;
    }
    return false;
}

static void keep_what_stands_alone(Passages *blocks, const Side *mine, const Rules *rules) {
    size_t kept = 0, sentence = 0;
    for (size_t at = 0; at < blocks->count; at++)
        if (stands_alone(&blocks->passages[at], mine, &sentence, rules))
            blocks->passages[kept++] = blocks->passages[at];
    blocks->count = kept;
}

typedef struct {
    const Run *runs;
    size_t count, first; /* runs before `first` end before the gap */
} Pieces;

/* Clips runs to the gap [start, end); gaps come in order. */
static void cut(Pieces *pieces, int32_t start, int32_t end, const Rules *rules, Passages *found) {
    while (pieces->first < pieces->count && pieces->runs[pieces->first].start + pieces->runs[pieces->first].length <= start)
        pieces->first++;
    for (size_t at = pieces->first; at < pieces->count && pieces->runs[at].start < end; at++) {
        Run run = pieces->runs[at];
        int32_t first = larger(run.start, start), last = smaller(run.start + run.length, end);
        int64_t least = run.length < rules->least_piece ? run.length : rules->least_piece;
        if (last - first >= least) add(found, verbatim(first, run.story_start + first - run.start, last - first));
    }
}

/* Finds in what blocks leave of each sentence reworded passages, or else short runs; blocks are the first of `found`. */
static void fill_gaps(Search *search, size_t blocks, Pieces pieces, Passages *found) {
    const Side *mine = search->mine;
    const Rules *rules = search->rules;
    size_t block = 0;
    for (size_t number = 0; number < mine->sentence_count; number++) {
        int32_t start = mine->sentences[number], end = mine->sentences[number + 1], before = start;
        Partner partner = {0, 0};
        bool looked = false;
        while (block < blocks && found->passages[block].end <= start) block++;
        for (size_t next = block;; next++) {
            bool more = next < blocks && found->passages[next].start < end;
            int32_t stop = more ? found->passages[next].start : end;
            /* Ignore remnants that a bridge would span, but not a whole short sentence. */
            bool open = stop - before > rules->bridged_words || (!more && end > before && before == start);
            if (open) {
                if (!looked) {
                    partner = partner_of(search, number);
                    mark_stems(search, partner);
                    looked = true;
                }
                Passage passage;
                if (partner.end > partner.first && is_reworded(search, partner, before, stop, &passage))
                    add(found, passage);
                else
                    cut(&pieces, before, stop, rules, found);
            }
            if (!more) break;
            before = found->passages[next].end;
        }
    }
}

/* Sorts by beginning; stable. */
static bool sort_passages(Passages *list) {
    size_t count = list->count;
    Keyed *keyed = malloc((count + 1) * (2 * sizeof *keyed + sizeof(Passage)));
    if (!keyed) return false;
    Passage *sorted = (Passage *)(keyed + 2 * count);
    for (size_t at = 0; at < count; at++) keyed[at] = (Keyed){(uint64_t)list->passages[at].start, (uint32_t)at};
    sort_keyed(keyed, keyed + count, count);
    for (size_t at = 0; at < count; at++) sorted[at] = list->passages[keyed[at].owner];
    memcpy(list->passages, sorted, count * sizeof *sorted);
    free(keyed);
    return true;
}

/* Whether a passage is a short run of common words, or of a word or two, such as a heading. */
static bool is_stock_phrase(const Passage *passage, const Side *mine, const Rules *rules) {
    int64_t length = passage->end - passage->start;
    if (length < rules->least_piece) return true;
    if (!passage->verbatim || length >= rules->run_stands_alone) return false;
    double weight = 0;
    for (int32_t at = passage->start; at < passage->end; at++) weight += (double)mine->weights[at];
    return weight < rules->least_weight;
}

/* Leaves out stock phrases that no other passage adjoins, unless nothing else is there to show. */
static void leave_out_stock_phrases(Passages *list, const Side *mine, const Rules *rules) {
    size_t kept = 0;
    int32_t end = -1; /* of the passage before */
    for (size_t at = 0; at < list->count; at++) {
        Passage passage = list->passages[at];
        bool adjoins = end == passage.start || (at + 1 < list->count && list->passages[at + 1].start == passage.end);
        end = passage.end;
        if (adjoins || !is_stock_phrase(&passage, mine, rules)) list->passages[kept++] = passage;
    }
    if (kept) list->count = kept;
}

/* Finds the passages of my text in theirs, in order and not overlapping, and in `pieces` the runs cut at furniture. */
static int64_t align_texts(Search *search, const Run *runs, size_t run_count, Run *pieces, size_t pieces_room,
                           size_t *pieces_count, Passage *passages, size_t room) {
    const Side *mine = search->mine;
    int64_t cut_runs = within_parts(runs, run_count, mine, search->theirs, pieces, pieces_room);
    if (cut_runs < 0) return cut_runs;
    *pieces_count = (size_t)cut_runs;
    if (!begin_search(search)) return NO_MEMORY;
    Passages found = {passages, 0, room, false};
    for (size_t at = 0; at < *pieces_count; at++)
        add(&found, verbatim(pieces[at].start, pieces[at].story_start, pieces[at].length));
    merge(&found, mine->parts, search->rules);
    keep_what_stands_alone(&found, mine, search->rules);
    fill_gaps(search, found.count, (Pieces){pieces, *pieces_count, 0}, &found);
    free(search->my_entries);
    if (found.full) return NOT_READABLE;
    if (!sort_passages(&found)) return NO_MEMORY;
    merge(&found, mine->parts, search->rules);
    leave_out_stock_phrases(&found, mine, search->rules);
    return (int64_t)found.count;
}

/* Aligns two texts, given their runs and the overlap of their sentences. Returns the number of passages, and in `pieces_count`
 * that of runs. */
EXPORTED int64_t wirematch_align(const Side *mine, const Side *theirs, const float *in_story, int64_t weights_of_story,
                                 const Run *runs, size_t run_count, const Rules *rules, Run *pieces,
                                 size_t pieces_room, size_t *pieces_count, Passage *passages, size_t room) {
    if (!is_sound(mine) || !is_sound(theirs)) return NOT_READABLE;
    Search search = {.mine = mine,
                     .theirs = theirs,
                     .in_story = in_story,
                     .weights_of_story = weights_of_story != 0,
                     .rules = rules};
    return align_texts(&search, runs, run_count, pieces, pieces_room, pieces_count, passages, room);
}

/* Returns the share of each of my sentences that occurs in each of theirs: i x j, to be freed. */
static float *shares_in_story(const Side *mine, const Side *theirs, bool weights_of_story) {
    size_t columns = theirs->sentence_count;
    float *in_story = malloc((mine->sentence_count * columns + 1) * sizeof *in_story);
    double *shared = malloc((columns + 1) * sizeof *shared);
    Holders holders;
    if (!in_story || !shared || !find_holders(mine, theirs, &holders)) {
        free(in_story);
        free(shared);
        return NULL;
    }
    for (size_t row = 0, entry = 0; row < mine->sentence_count; row++) {
        add_shared(mine, theirs, &holders, row, weights_of_story, &entry, shared);
        for (size_t column = 0; column < columns; column++)
            in_story[row * columns + column] = share_of(shared[column], mine->sentence_weights[row]);
    }
    leave_holders(&holders);
    free(shared);
    return in_story;
}

/* Aligns two measured texts. `pieces` must have room for one run a word of mine, or the result counts as too large. */
EXPORTED int64_t wirematch_find_passages(const Measured *mine, const Measured *theirs, int64_t weights_of_story,
                                         const Rules *rules, Run *pieces, size_t pieces_room, Passage *passages,
                                         size_t room, PassagesFound *found) {
    Search search = {.mine = &mine->side,
                     .theirs = &theirs->side,
                     .weights_of_story = weights_of_story != 0,
                     .rules = rules};
    Run *runs = malloc((mine->seeds.count + 1) * sizeof *runs);
    float *in_story = shares_in_story(search.mine, search.theirs, search.weights_of_story);
    int64_t count = runs && in_story ? runs_of(mine, theirs, runs) : NO_MEMORY;
    search.in_story = in_story;
    if (count >= 0)
        count = align_texts(&search, runs, (size_t)count, pieces, pieces_room, &found->pieces, passages, room);
    found->covered = found->taken = 0;
    for (int64_t at = 0; at < count; at++) found->covered += passages[at].end - passages[at].start;
    for (size_t at = 0; count >= 0 && at < found->pieces; at++) found->taken += pieces[at].length;
    free(in_story);
    free(runs);
    return count;
}

bool wirematch_cover(const Measured *mine, const Measured *theirs, const Rules *rules, PassagesFound *found) {
    size_t size = mine->side.size, most = 4 * size + 2 * mine->side.sentence_count + 8; /* as in passages.py */
    Passage *passages = malloc(most * sizeof *passages + size * sizeof(Run));
    int64_t count = passages ? wirematch_find_passages(mine, theirs, 0, rules, (Run *)(passages + most), size, passages,
                                                       most, found)
                             : NO_MEMORY;
    free(passages);
    if (count < 0) *found = (PassagesFound){0, -1, -1};
    return count != NO_MEMORY;
}
