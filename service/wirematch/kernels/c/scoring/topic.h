/* The stretch of a text that tells what another tells. */
#ifndef WIREMATCH_TOPIC_H
#define WIREMATCH_TOPIC_H

#include "pairs/measured.h"

/* The thresholds of topic.py. */
typedef struct {
    double on_topic, mostly_elsewhere;
    int64_t least_stretch;
} TopicRules;

/* Half-open range of words; both negative for the whole text. */
typedef struct {
    int64_t start, end;
} Span;

/* Finds the stretches of both texts, mine first; false if there is no memory. */
bool wirematch_find_stretches(const Measured *mine, const Measured *theirs, const TopicRules *rules, Span *found);

#endif
