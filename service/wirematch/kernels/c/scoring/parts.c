/* The corresponding parts of many pairs; the kernel of wirematch.matching.parts, up to the features that a model needs.
 * Boilerplate that others hold is no part and is not pursued.
 */
#include "scoring/parts.h"

#include "scoring/stretch.h"

/* A three-word phrase outside quotations. */
static bool is_own_three(const Phrases *phrases, size_t at) {
    return phrases->own[at] & !phrases->spoken[at] & !(phrases->keys[at] & 1);
}

/* Histogram of the voices, other than those in `bound`, that hold the own three-word phrases shared by two parts; returns the
 * number of these phrases. All keys are sorted; my part's are among the whole text's. */
static size_t count_shared_threes(const Phrases *mine, const Phrases *theirs, const Phrases *whole,
                                  const EventTable *table, uint32_t bound, uint32_t *holders) {
    size_t place = 0, both = 0;
    for (size_t at = 0, other = 0; at < mine->count && other < theirs->count;) {
        uint32_t one = mine->keys[at], two = theirs->keys[other];
        if (one == two && is_own_three(mine, at) && is_own_three(theirs, other)) {
            while (place < whole->count && whole->keys[place] < one) place++;
            if (place < whole->count && whole->keys[place] == one) holders[ones(table->heard[place] & ~bound)]++;
            both++;
        }
        at += one <= two;
        other += two <= one;
    }
    return both;
}

/* The event features of two parts; dependence is judged by whole texts. */
static void ask_event(const PartAsked *asked, const Phrases *mine, const Phrases *theirs, const EventRules *rules,
                      double *in_event, PartFound *found) {
    uint32_t holders[HOLDERS] = {0}, bound = voices_of(asked->table, (uint32_t)asked->close | asked->table->close_to_submission);
    size_t both = count_shared_threes(mine, theirs, &asked->submission->phrases, asked->table, bound, holders);
    int64_t voices = asked->table->voices - ones(bound);
    int64_t fewer = mine->own_sizes[0] < theirs->own_sizes[0] ? mine->own_sizes[0] : theirs->own_sizes[0];
    double unshared = unshared_of(holders, voices, rules);
    in_event[0] = unshared / (double)(fewer > 1 ? fewer : 1);
    in_event[1] = rules->voices_told[voices];
    found->shared_with_others = both ? 1 - unshared / (double)both : -1;
}

static int64_t measure_parts(const PartAsked *asked, StretchOf *mine, StretchOf *theirs, const PartRules *rules,
                             PartFound *found, double *row) {
    double in_event[EVENT_FEATURES];
    ask_event(asked, &mine->phrases, &theirs->phrases, rules->event, in_event, found);
    size_t shorter = mine->phrases.size < theirs->phrases.size ? mine->phrases.size : theirs->phrases.size;
    found->shorter = (int64_t)shorter;
    if (found->shared_with_others > rules->most_shared_with_others) return 0;
    if (found->shared_with_others < 0 && found->shorter < rules->least_without_own) return 0;
    size_t most = (size_t)rules->most_sentences;
    int64_t answer = wirematch_measure_stretch(mine, most);
    if (answer >= 0) answer = wirematch_measure_stretch(theirs, most);
    if (answer < 0) return answer;
    found->measured = 1;
    return wirematch_measure_pair(mine->measured, theirs->measured, in_event, rules->measuring, row) ? 0 : NO_MEMORY;
}

static bool is_sound_table(const PartAsked *asked) {
    const EventTable *table = asked->table;
    return table->neighbours >= 0 && table->neighbours <= MOST_NEIGHBOURS &&
           asked->mine->side.size == asked->submission->given.text->size &&
           asked->theirs->side.size == asked->story->given.text->size;
}

int64_t wirematch_find_part(const PartAsked *asked, const PartRules *rules, PartFound *found, double *row) {
    Span spans[2];
    if (!is_sound_table(asked)) return NOT_READABLE;
    if (!wirematch_find_stretches(asked->mine, asked->theirs, &rules->topic, spans)) return NO_MEMORY;
    *found = (PartFound){spans[0], spans[1], -1, 0, 0};
    if (spans[0].start < 0 && spans[1].start < 0) return 0;
    StretchOf mine, theirs = {.memory = NULL};
    int64_t answer = wirematch_take_stretch(asked->submission, asked->mine, spans[0], &mine);
    if (answer >= 0) answer = wirematch_take_stretch(asked->story, asked->theirs, spans[1], &theirs);
    if (answer >= 0) answer = measure_parts(asked, &mine, &theirs, rules, found, row);
    wirematch_leave_stretch(&mine);
    wirematch_leave_stretch(&theirs);
    return answer;
}

/* Finds the parts of `count` pairs, and a row of features for each that is worth asking the model about. */
EXPORTED int64_t wirematch_parts(const PartAsked *asked, size_t count, const PartRules *rules, PartFound *found,
                                 double *rows) {
    if (!wirematch_can_measure(rules->measuring)) return NOT_READABLE;
    for (size_t pair = 0; pair < count; pair++) {
        double *row = rows + rules->measuring->column_count * pair;
        int64_t answer = wirematch_find_part(&asked[pair], rules, &found[pair], row);
        if (answer < 0) return answer;
    }
    return (int64_t)count;
}
