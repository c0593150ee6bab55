/* What two texts share, in numbers; the kernel of wirematch.matching.pairs.features and of what it uses of runs.py, views.py,
 * sentences.py and features.py.
 */
#include "pairs/measuring.h"

#include <math.h>

#include "pairs/holders.h"
#include "pairs/subsequence.h"
#include "walking.h"

/* In the order of `MEASURED` in features.py. */
typedef struct {
    double views_of_shorter[VIEWS], views_of_longer[VIEWS];
    double in_order_of_shorter[SEQUENCES], in_order_of_longer[SEQUENCES];
    double own_runs_of_shorter, own_runs_of_longer, longest_own_run, runs_in_order;
    double sentence_shares, sentences_found, sentence_likeness, closest_sentences, sentences_in_order;
} Row;

/* Followed by those of `SIZES`; the last ones are the event's. */
typedef struct {
    Row row;
    double length_of_shorter, length_of_longer, length_ratio, speech_of_shorter, speech_of_longer;
    double in_event[EVENT_FEATURES];
} Numbers;

static double share(double part, double whole) {
    if (!(whole > 0)) return 0;
    return part / whole < 1 ? part / whole : 1;
}

static inline size_t step(const uint64_t *mine, const uint64_t *theirs, Walk *walk) {
    uint64_t one = mine[walk->at], two = theirs[walk->other];
    walk->at += one <= two;
    walk->other += two <= one;
    return one == two;
}

/* Number of keys that two lists of distinct keys share. */
static size_t count_same(const uint64_t *mine, size_t size, const uint64_t *theirs, size_t their_size) {
    Walk walks[WALKS];
    part_walks(mine, size, theirs, their_size, true, walks);
    size_t same = 0;
    for (size_t left; (left = steps_left_in_all(walks));) {
        Walk first = walks[0], second = walks[1], third = walks[2], fourth = walks[3]; /* in registers */
        for (; left; left--)
            same += step(mine, theirs, &first) + step(mine, theirs, &second) + step(mine, theirs, &third) +
                    step(mine, theirs, &fourth);
        walks[0] = first, walks[1] = second, walks[2] = third, walks[3] = fourth;
    }
    for (int each = 0; each < WALKS; each++)
        for (size_t left; (left = steps_left(&walks[each]));)
            for (; left; left--) same += step(mine, theirs, &walks[each]);
    return same;
}

/* The same, summing the weights that each key has in either text. */
static void weigh_same(const Measured *shorter, const Measured *longer, double *mine, double *theirs) {
    size_t first = shorter->view_edges[NAMES], other_first = longer->view_edges[NAMES];
    size_t end = shorter->view_edges[NAMES + 1], other_end = longer->view_edges[NAMES + 1];
    for (size_t at = first, other = other_first; at < end && other < other_end;) {
        uint64_t one = shorter->view_keys[at], two = longer->view_keys[other];
        if (one == two) {
            *mine += (double)shorter->name_weights[at - first];
            *theirs += (double)longer->name_weights[other - other_first];
        }
        at += one <= two;
        other += two <= one;
    }
}

/* For each view, the share by weight that the other text holds. */
static void share_views(const Measured *shorter, const Measured *longer, Row *row) {
    for (int view = 0; view < VIEWS; view++) {
        double mine = 0, theirs = 0;
        if (view == NAMES) {
            weigh_same(shorter, longer, &mine, &theirs);
        } else {
            size_t at = shorter->view_edges[view], other = longer->view_edges[view];
            mine = theirs = (double)count_same(shorter->view_keys + at, shorter->view_edges[view + 1] - at,
                                               longer->view_keys + other, longer->view_edges[view + 1] - other);
        }
        row->views_of_shorter[view] = share(mine, shorter->view_totals[view]);
        row->views_of_longer[view] = share(theirs, longer->view_totals[view]);
    }
}

/* Buffers for sequences of two texts, reduced to the stems that both hold. */
typedef struct {
    int32_t *there, *here; /* per distinct stem of one text, its index in the other, or -1 */
    uint64_t *masks;       /* zeros */
    uint8_t *carries;
    uint32_t *mine;
    int32_t *theirs;
    NearRoom room;
} Shared;

static bool share_stems(const Side *shorter, const Side *longer, Shared *shared) {
    size_t mine = shorter->stem_count, theirs = longer->stem_count;
    size_t bytes = 8 * mine + 4 * (mine + theirs) + 4 * (shorter->size + longer->size) + longer->size;
    if (!make_near_room(&shared->room, bytes / 8 + 1)) return false;
    shared->masks = shared->room.numbers;
    memset(shared->masks, 0, 8 * mine);
    shared->there = (int32_t *)(shared->masks + mine);
    shared->here = shared->there + mine;
    shared->mine = (uint32_t *)(shared->here + theirs);
    shared->theirs = (int32_t *)(shared->mine + shorter->size);
    shared->carries = (uint8_t *)(shared->theirs + longer->size);
    match_both(shorter->stems, mine, longer->stems, theirs, shared->there, shared->here);
    return true;
}

/* Words that only one text has are skipped: they change nothing. */
static int64_t common_of(Sequence mine, Sequence theirs, Shared *shared) {
    size_t count = 0, others = 0;
    const int32_t *there = shared->there, *here = shared->here;
    uint32_t *restrict my_words = shared->mine;
    int32_t *restrict their_words = shared->theirs;
    for (size_t at = 0; at < mine.size; at++) {
        my_words[count] = mine.words[at];
        count += there[mine.words[at]] >= 0;
    }
    for (size_t at = 0; at < theirs.size; at++) {
        int32_t word = here[theirs.words[at]];
        their_words[others] = word;
        others += word >= 0;
    }
    memset(shared->carries, 0, others);
    return common_in_order(my_words, count, their_words, others, shared->masks, shared->carries);
}

static APART bool share_sequences(const Measured *shorter, const Measured *longer, Row *row) {
    Shared shared;
    if (!share_stems(&shorter->side, &longer->side, &shared)) return false;
    int64_t content = 0;
    for (int number = 0; number < SEQUENCES; number++) {
        Sequence mine = shorter->sequences[number], theirs = longer->sequences[number];
        bool same = number == OWN_CONTENT && !shorter->spoken && !longer->spoken;
        int64_t common = same ? content : common_of(mine, theirs, &shared);
        if (number == CONTENT_WORDS) content = common;
        row->in_order_of_shorter[number] = (double)common / (double)(mine.size ? mine.size : 1);
        row->in_order_of_longer[number] = (double)common / (double)(theirs.size ? theirs.size : 1);
    }
    leave_near_room(&shared.room);
    return true;
}

static APART bool share_runs(const Measured *shorter, const Measured *longer, Row *row) {
    NearRoom room;
    if (!make_near_room(&room, (shorter->seeds.count + 1) * sizeof(Run) / 8 + 1)) return false;
    Run *runs = (Run *)room.numbers;
    int64_t count = runs_of(shorter, longer, runs), own = 0, longest = 0, in_order = 0;
    for (int64_t at = 0; at < count; at++) {
        int32_t start = runs[at].start;
        int64_t words = (int64_t)(shorter->own_before[start + runs[at].length] - shorter->own_before[start]);
        own += words;
        if (words > longest) longest = words;
        if (at) in_order += runs[at - 1].story_start < runs[at].story_start;
    }
    leave_near_room(&room);
    int64_t mine = shorter->own_before[shorter->side.size], theirs = longer->own_before[longer->side.size];
    row->own_runs_of_shorter = (double)own / (double)(mine ? mine : 1);
    row->own_runs_of_longer = (double)own / (double)(theirs ? theirs : 1);
    if (row->own_runs_of_longer > 1) row->own_runs_of_longer = 1;
    row->longest_own_run = log1p((double)longest);
    row->runs_in_order = count > 1 ? (double)in_order / (double)(count - 1) : 0.5;
    return count >= 0;
}

/* Replaces the first end that is beyond `partner` (patience sorting); returns how many there are now. Partners repeat where
 * a sentence was split. */
static size_t keep_in_order(size_t *ends, size_t count, size_t partner) {
    size_t place = 0;
    for (size_t most = count; place < most;) {
        size_t middle = place + (most - place) / 2;
        if (partner < ends[middle])
            most = middle;
        else
            place = middle + 1;
    }
    ends[place] = partner;
    return place == count ? count + 1 : count;
}

enum { CLOSEST = 3 };

/* Inserts into the most similar sentences, most similar first. */
static void keep_closest(double alike, double *closest) {
    for (int place = 0; place < CLOSEST; place++) {
        if (alike <= closest[place]) continue;
        double less = closest[place];
        closest[place] = alike;
        alike = less;
    }
}

static double mean_closest(const double *closest, size_t sentences) {
    double sum = 0;
    for (int place = 0; place < CLOSEST; place++) sum += closest[place];
    if (!sentences) return 0;
    return sum / (double)(sentences < CLOSEST ? sentences : CLOSEST);
}

/* How well the shorter text's sentences are found, and how far they keep their order. Words have the submission's weights,
 * whichever text that is. */
static APART bool share_sentences(const Measured *shorter, const Measured *longer, bool weights_of_longer,
                            const MeasuringRules *rules, Row *row) {
    const Side *mine = &shorter->side, *theirs = &longer->side;
    size_t columns = theirs->sentence_count, ordered = 0;
    NearRoom room;
    if (!make_near_room(&room, columns + mine->sentence_count + 2)) return false;
    double *shared = (double *)room.numbers;
    size_t *ends = (size_t *)(room.numbers + columns + 1);
    Holders holders;
    bool ready = find_holders(mine, theirs, &holders);
    row->sentence_shares = row->sentences_found = row->sentence_likeness = 0;
    double closest[CLOSEST] = {0};
    for (size_t sentence = 0, entry = 0; ready && sentence < mine->sentence_count; sentence++) {
        add_shared(mine, theirs, &holders, sentence, weights_of_longer, &entry, shared);
        float best = 0, alike = 0;
        size_t partner = 0;
        for (size_t column = 0; column < columns; column++) {
            if (!(shared[column] > 0)) continue;
            float in_story = share_of(shared[column], mine->sentence_weights[sentence]);
            float in_mine = share_of(shared[column], theirs->sentence_weights[column]), total = in_story + in_mine;
            float similarity = total > 0 ? 2 * in_story * in_mine / total : 0;
            if (in_story > best) best = in_story;
            if (similarity > alike) {
                alike = similarity;
                partner = column;
            }
        }
        double part = shorter->sentence_shares[sentence];
        row->sentence_shares += (double)best * part;
        row->sentences_found += best >= (float)rules->found ? part : 0;
        row->sentence_likeness += (double)alike * part;
        keep_closest((double)alike, closest);
        if (columns && alike >= (float)rules->in_order) ordered = keep_in_order(ends, ordered, partner);
    }
    size_t fewer = mine->sentence_count < columns ? mine->sentence_count : columns;
    row->closest_sentences = mean_closest(closest, mine->sentence_count);
    row->sentences_in_order = (double)ordered / (double)(fewer ? fewer : 1);
    if (ready) leave_holders(&holders);
    leave_near_room(&room);
    return ready;
}

static void tell_sizes(const Measured *shorter, const Measured *longer, Numbers *numbers) {
    double mine = (double)shorter->side.size, theirs = (double)longer->side.size;
    numbers->length_of_shorter = log1p(mine);
    numbers->length_of_longer = log1p(theirs);
    numbers->length_ratio = mine / (theirs > 1 ? theirs : 1);
    numbers->speech_of_shorter = (double)shorter->spoken / (mine > 1 ? mine : 1);
    numbers->speech_of_longer = (double)longer->spoken / (theirs > 1 ? theirs : 1);
}

bool wirematch_can_measure(const MeasuringRules *rules) {
    for (size_t column = 0; column < rules->column_count; column++)
        if ((uint64_t)rules->columns[column] >= sizeof(Numbers) / sizeof(double)) return false;
    return true;
}

bool wirematch_measure_pair(const Measured *submission, const Measured *story, const double *in_event,
                            const MeasuringRules *rules, double *row) {
    bool turned = submission->side.size > story->side.size;
    const Measured *shorter = turned ? story : submission, *longer = turned ? submission : story;
    Numbers numbers;
    share_views(shorter, longer, &numbers.row);
    if (!share_sequences(shorter, longer, &numbers.row) || !share_runs(shorter, longer, &numbers.row) ||
        !share_sentences(shorter, longer, turned, rules, &numbers.row))
        return false;
    tell_sizes(shorter, longer, &numbers);
    memcpy(numbers.in_event, in_event, sizeof numbers.in_event);
    const double *all = (const double *)&numbers;
    for (size_t column = 0; column < rules->column_count; column++) row[column] = all[rules->columns[column]];
    return true;
}

/* Measures pairs of a submission and a story, with their event features; writes a row of the selected numbers each. */
EXPORTED int64_t wirematch_measure_pairs(const Measured *const *submissions, const Measured *const *stories,
                                         const double *in_event, size_t count, const MeasuringRules *rules,
                                         double *rows) {
    if (!wirematch_can_measure(rules)) return NOT_READABLE;
    for (size_t pair = 0; pair < count; pair++)
        if (!wirematch_measure_pair(submissions[pair], stories[pair], in_event + EVENT_FEATURES * pair, rules,
                                    rows + rules->column_count * pair))
            return NO_MEMORY;
    return (int64_t)count;
}
