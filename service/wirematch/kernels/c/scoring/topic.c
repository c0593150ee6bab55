/* The stretch of a text that tells what another tells, for both texts of many pairs; the kernel of wirematch.matching.topic. */
#include "scoring/topic.h"

#include "room.h"

#include "pairs/holders.h"

/* For each sentence, the weight of its content, and how much of it the other text has, too. */
static void weigh_known(const Side *text, const int32_t *there, double *restrict known, double *restrict total) {
    const uint32_t *sentences = text->entry_sentences, *places = text->entry_places;
    const float *weights = text->vocabulary_weights;
    size_t entry = 0, count = text->entry_count;
    for (size_t at = 0; at < text->sentence_count; at++) {
        double of_known = 0, of_all = 0;
        for (; entry < count && sentences[entry] == at; entry++) {
            double weight = (double)weights[places[entry]];
            of_all += weight;
            of_known += there[places[entry]] >= 0 ? weight : 0;
        }
        known[at] = of_known;
        total[at] = of_all;
    }
}

static double with_neighbours(const double *values, size_t at, size_t count) {
    double sum = values[at];
    if (at) sum += values[at - 1];
    if (at + 1 < count) sum += values[at + 1];
    return sum;
}

/* The half-open range of sentences with the largest sum (Bentley 1984): the first of equals, and the shortest that ends there.
 * `sums` has room for one more than there are sentences. */
static void best_stretch(const Side *text, const double *known, const double *total, double on_topic, double *sums,
                         size_t *first, size_t *last) {
    size_t count = text->sentence_count;
    double lowest = 0, most = 0;
    sums[0] = 0;
    *first = *last = 0;
    double lowest_of_best = 0;
    for (size_t at = 0; at < count; at++) {
        double whole = with_neighbours(total, at, count);
        double share = with_neighbours(known, at, count) / (whole > 1e-9 ? whole : 1e-9);
        sums[at + 1] = sums[at] + (double)(text->sentences[at + 1] - text->sentences[at]) * (share - on_topic);
        if (sums[at + 1] < lowest) lowest = sums[at + 1];
        if (sums[at + 1] - lowest > most) {
            most = sums[at + 1] - lowest;
            *last = at + 1;
            lowest_of_best = lowest;
        }
    }
    for (size_t at = 0; at <= *last; at++)
        if (sums[at] == lowest_of_best) *first = at;
}

static Span elsewhere(const Side *text, const int32_t *there, const TopicRules *rules, double *room) {
    double *known = room, *total = known + text->sentence_count, *sums = total + text->sentence_count;
    int64_t words = (int64_t)text->size, least = rules->least_stretch;
    Span whole = {-1, -1};
    if (words < 2 * least) return whole;
    size_t first, last;
    weigh_known(text, there, known, total);
    best_stretch(text, known, total, rules->on_topic, sums, &first, &last);
    int64_t start = text->sentences[first], end = text->sentences[last], beyond = words - (end - start);
    if (end - start < least || (double)beyond < rules->mostly_elsewhere * (double)words) return whole;
    return (Span){start, end};
}

bool wirematch_find_stretches(const Measured *mine, const Measured *theirs, const TopicRules *rules, Span *found) {
    const Side *one = &mine->side, *other = &theirs->side;
    size_t sentences = one->sentence_count > other->sentence_count ? one->sentence_count : other->sentence_count;
    size_t words = one->vocabulary_size + other->vocabulary_size;
    NearRoom near;
    if (!make_near_room(&near, 3 * sentences + 1 + words / 2 + 1)) return false;
    double *room = (double *)near.numbers;
    int32_t *there = (int32_t *)(room + 3 * sentences + 1), *here = there + one->vocabulary_size;
    match_both(one->vocabulary, one->vocabulary_size, other->vocabulary, other->vocabulary_size, there, here);
    found[0] = elsewhere(one, there, rules, room);
    found[1] = elsewhere(other, here, rules, room);
    leave_near_room(&near);
    return true;
}
