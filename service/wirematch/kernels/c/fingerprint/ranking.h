/* Common to all rankings of documents: rounding of scores, leaving out later documents, sorting best first. */
#ifndef WIREMATCH_RANKING_H
#define WIREMATCH_RANKING_H

#include <math.h>

#include "sorting.h"

/* Rounds to nine decimals, as numpy does. */
static inline double rounded(double score) { return rint(score * 1e9) / 1e9; }

static inline uint64_t bits_of(double number) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

typedef struct {
    double least_score;
    uint64_t before; /* numbers from here on are left out, in its own shard (upper 32 bits) */
    int64_t leaves_out;
} Limits;

static inline bool may_count(uint64_t number, const Limits *limits) {
    return !limits->leaves_out || number < limits->before || number >> 32 != limits->before >> 32;
}

/* Sorts best first; of equal scores, the smaller number. Positive doubles sort like their bits. */
static inline void order(Keyed *keyed, Keyed *spare, size_t size, uint64_t *numbers, double *scores, uint64_t *by_number,
                         double *by_number_scores) {
    for (size_t at = 0; at < size; at++) keyed[at] = (Keyed){~bits_of(by_number_scores[at]), (uint32_t)at};
    sort_keyed(keyed, spare, size);
    for (size_t at = 0; at < size; at++) {
        numbers[at] = by_number[keyed[at].owner];
        scores[at] = by_number_scores[keyed[at].owner];
    }
}

#endif
