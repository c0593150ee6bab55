/* A submission among the event's other articles: bit masks of the neighbours that hold each of its phrases. */
#ifndef WIREMATCH_EVENT_H
#define WIREMATCH_EVENT_H

#include "forms/phrases.h"

enum { MOST_NEIGHBOURS = 32, HOLDERS = MOST_NEIGHBOURS + 1 };

/* Thresholds of event.py, boilerplate.py and excerpts.py. */
typedef struct {
    double dependent;
    int64_t many, least_common, least_excerpt;
    const double *weights;     /* weight of a phrase: HOLDERS numbers, by holders, for each number of voices */
    const double *voices_told; /* the feature that tells the number of voices, by that number */
} EventRules;

typedef struct {
    uint32_t *held;  /* per phrase of the submission, the neighbours that hold it */
    uint32_t *own;   /* those that hold it outside quotations only */
    uint32_t *heard; /* the voices that hold it */
    int64_t voice_of[MOST_NEIGHBOURS], voices;
    uint32_t close[MOST_NEIGHBOURS], close_to_submission; /* dependent neighbours */
    int64_t neighbours, may_be_common; /* whether many voices hold a long run of words, counting the pair's own */
} EventTable;

/* Event facts of a pair; as `PAIR` in event.py. */
typedef struct {
    double unshared, voices_told; /* the features */
    int64_t voices, excerpt, common;
    uint64_t close; /* neighbours that depend on the story */
} PairInEvent;

static inline int ones(uint32_t bits) { return __builtin_popcount(bits); }

/* The voices of these neighbours. */
static inline uint32_t voices_of(const EventTable *table, uint32_t neighbours) {
    uint32_t voices = 0;
    for (; neighbours; neighbours &= neighbours - 1)
        voices |= UINT32_C(1) << table->voice_of[__builtin_ctz(neighbours)];
    return voices;
}

/* Sum of the weights of phrases, given how many are held by 0, 1, 2 … of `voices`; summed in that order. */
static inline double unshared_of(const uint32_t *holders, int64_t voices, const EventRules *rules) {
    double sum = 0;
    for (size_t count = 0; count < HOLDERS; count++)
        sum += (double)holders[count] * rules->weights[(size_t)voices * HOLDERS + count];
    return sum;
}

/* Computes the event facts of stories. `places` has each story's index among the neighbours, used once at most, or -1; `room`
 * has two numbers per phrase and one per word. */
int64_t wirematch_pairs_in_event(const Phrases *submission, const Phrases *const *neighbours, const EventTable *table,
                                 const Phrases *const *stories, const int64_t *places, size_t count,
                                 const EventRules *rules, uint32_t *room, PairInEvent *pairs);

/* Whether so many shared phrases make two texts with samples of these sizes dependent. */
static inline bool depend(uint32_t shared, size_t size, size_t other, const EventRules *rules) {
    size_t smaller = size < other ? size : other;
    return (double)shared > rules->dependent * (double)(smaller ? smaller : 1);
}

/* Marks words within four-word phrases that many voices hold, other than those in `bound`; returns the length of the longest
 * such run. `flags` may be NULL. */
static inline size_t mark_common(const Phrases *submission, const EventTable *table, uint32_t bound, int64_t many,
                                 uint8_t *flags) {
    size_t length = 0, longest = 0, left = 0;
    for (size_t at = 0; at < submission->size; at++) {
        if (at < submission->four_count && ones(table->heard[submission->fours[at]] & ~bound) >= many) left = 4;
        length = left ? length + 1 : 0;
        left -= left > 0;
        if (length > longest) longest = length;
        if (flags) flags[at] = length > 0;
    }
    return longest;
}

#endif
