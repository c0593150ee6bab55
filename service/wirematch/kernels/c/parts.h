/* The part of a pair in which one text tells what the other tells. */
#ifndef WIREMATCH_PARTS_H
#define WIREMATCH_PARTS_H

#include "event.h"
#include "form.h"
#include "measuring.h"
#include "topic.h"

/* As in parts.py. */
typedef struct {
    const Form *submission, *story;
    const Measured *mine, *theirs; /* of the same two */
    const EventTable *table;       /* of the submission */
    uint64_t close;                /* neighbours there that depend on the story */
} PartAsked;

typedef struct {
    Span mine, theirs; /* below 0 where all of a text is looked at */
    double everybodys; /* share of what both have as their own; below 0 where there is nothing of the kind */
    int64_t shorter;   /* words of the shorter part */
    int64_t measured;  /* whether there is a row */
} PartFound;

typedef struct {
    TopicRules topic;
    const EventRules *event;
    const MeasuringRules *measuring;
    double most_everybodys;
    int64_t least_without_own; /* words of the shorter part where the two share nothing of their own */
    int64_t most_sentences;
} PartRules;

/* What either text has of the other's topic, and a row of numbers where that is worth asking a model about. Below 0 where it
 * cannot be told. */
int64_t wirematch_find_part(const PartAsked *asked, const PartRules *rules, PartFound *found, double *row);

#endif
