/* The stretch of a text that tells what another tells. */
#ifndef WIREMATCH_TOPIC_H
#define WIREMATCH_TOPIC_H

#include "measured.h"

/* The numbers at the head of topic.py. */
typedef struct {
    double on_topic, mostly_elsewhere;
    int64_t least_stretch;
} TopicRules;

/* Half-open, in words; both below 0 where all of the text is looked at. */
typedef struct {
    int64_t start, end;
} Span;

/* The stretches of both texts, mine first; false where there is no memory. */
bool wirematch_find_stretches(const Measured *mine, const Measured *theirs, const TopicRules *rules, Span *found);

#endif
