/* Ranks candidates by the buckets that they share with a submission; the kernel of wirematch.fingerprint.ranking. */
#include "fingerprint/ranking.h"

/* The most numbers that numpy adds without splitting them (pairwise summation, Higham 1993). */
enum { MOST_ADDED = 128 };

/* Sums weights in numpy's order, so that the last bit is the same. */
static double sum_of(const Keyed *postings, size_t size, const double *weights) {
    double sums[8] = {0}, sum;
    size_t at = 0;
    if (size >= 8) {
        for (; at < 8; at++) sums[at] = weights[postings[at].owner];
        for (; at + 8 <= size; at += 8)
            for (size_t each = 0; each < 8; each++) sums[each] += weights[postings[at + each].owner];
    }
    sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
    for (; at < size; at++) sum += weights[postings[at].owner];
    return sum;
}

/* Scores of documents in the order of their numbers; returns how many, or NOT_READABLE. */
static int64_t add_up(const Keyed *postings, size_t size, const double *weights, const Limits *limits,
                      uint64_t *numbers, double *scores) {
    size_t kept = 0;
    for (size_t start = 0, end; start < size; start = end) {
        for (end = start + 1; end < size && postings[end].key == postings[start].key; end++) {}
        if (end - start - 1 > MOST_ADDED) return NOT_READABLE;
        double score = rounded(weights[postings[start].owner] + sum_of(postings + start + 1, end - start - 1, weights));
        if (!(score > limits->least_score) || !may_count(postings[start].key, limits)) continue;
        numbers[kept] = postings[start].key;
        scores[kept++] = score;
    }
    return (int64_t)kept;
}

/* Ranks documents from `size` postings, each a document number and a band; writes numbers and scores, best first, and returns
 * how many. `weights` has one non-negative weight for each of `bands`. */
EXPORTED int64_t wirematch_rank(const uint64_t *documents, const int64_t *bands_of, size_t size, const double *weights,
                                size_t bands, const Limits *limits, uint64_t *numbers, double *scores) {
    if (size > INT32_MAX) return NOT_READABLE;
    Keyed *postings = malloc((size + 1) * (2 * sizeof *postings + sizeof(uint64_t) + sizeof(double)));
    if (!postings) return NO_MEMORY;
    Keyed *spare = postings + size;
    uint64_t *by_number = (uint64_t *)(spare + size);
    double *by_number_scores = (double *)(by_number + size);
    int64_t found = 0;
    for (size_t at = 0; at < size && !found; at++) {
        if (bands_of[at] < 0 || (uint64_t)bands_of[at] >= bands) found = NOT_READABLE;
        postings[at] = (Keyed){documents[at], (uint32_t)bands_of[at]};
    }
    if (!found) {
        sort_keyed(postings, spare, size);
        found = add_up(postings, size, weights, limits, by_number, by_number_scores);
        if (found > 0) order(postings, spare, (size_t)found, numbers, scores, by_number, by_number_scores);
    }
    free(postings);
    return found;
}

/* The postings of one of several submissions. */
typedef struct {
    const uint64_t *documents;
    const int64_t *bands_of;
    size_t size;
} Lot;

/* The largest number of bands in any lot, limited to `most`. */
EXPORTED int64_t wirematch_widest(const Lot *lots, size_t count, size_t most) {
    int64_t widest = 0;
    for (const Lot *lot = lots; lot < lots + count; lot++)
        for (size_t at = 0; at < lot->size; at++) {
            if (lot->bands_of[at] < 0 || (uint64_t)lot->bands_of[at] >= most) return NOT_READABLE;
            if (lot->bands_of[at] >= widest) widest = lot->bands_of[at] + 1;
        }
    return widest;
}

/* Counts the postings in each lot's bands; `bands` numbers a lot, as many as the widest lot needs. */
EXPORTED void wirematch_count_bands(const Lot *lots, size_t count, size_t bands, int64_t *counts) {
    memset(counts, 0, count * bands * sizeof *counts);
    for (size_t lot = 0; lot < count; lot++)
        for (size_t at = 0; at < lots[lot].size; at++) counts[lot * bands + (size_t)lots[lot].bands_of[at]]++;
}

/* As wirematch_rank for each lot. A lot's results begin where its postings would if all lots were concatenated. */
EXPORTED int64_t wirematch_rank_lots(const Lot *lots, size_t count, const double *weights, size_t bands, const Limits *limits,
                                     uint64_t *numbers, double *scores, int64_t *found) {
    for (size_t lot = 0; lot < count; lot++) {
        const Lot *one = lots + lot;
        found[lot] = wirematch_rank(one->documents, one->bands_of, one->size, weights + lot * bands, bands, limits + lot,
                                    numbers, scores);
        if (found[lot] == NO_MEMORY) return NO_MEMORY;
        numbers += one->size;
        scores += one->size;
    }
    return (int64_t)count;
}
