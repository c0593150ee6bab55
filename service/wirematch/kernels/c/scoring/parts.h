/* The part of a pair in which each text tells what the other tells. */
#ifndef WIREMATCH_PARTS_H
#define WIREMATCH_PARTS_H

#include "forms/form.h"
#include "pairs/measuring.h"
#include "scoring/event.h"
#include "scoring/topic.h"

/* As in parts.py. */
typedef struct {
    const Form *submission, *story;
    const Measured *mine, *theirs; /* of the same two texts */
    const EventTable *table;       /* of the submission */
    uint64_t close;                /* neighbours that depend on the story */
} PartAsked;

typedef struct {
    Span mine, theirs;         /* negative for a whole text */
    double shared_with_others; /* share of the own phrases in common that others hold; negative if there are none */
    int64_t shorter;           /* words of the shorter part */
    int64_t measured;          /* whether there is a row */
} PartFound;

typedef struct {
    TopicRules topic;
    const EventRules *event;
    const MeasuringRules *measuring;
    double most_shared_with_others;
    int64_t least_without_own; /* least words of the shorter part if the two share no own phrases */
    int64_t most_sentences;
} PartRules;

/* Finds the part of a pair, and a row of features if it is worth asking the model about. Negative if it cannot be told. */
int64_t wirematch_find_part(const PartAsked *asked, const PartRules *rules, PartFound *found, double *row);

#endif
