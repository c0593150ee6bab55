/* What is found in a text beside its words, and the rules by which that makes its skeleton. */
#ifndef WIREMATCH_BONES_H
#define WIREMATCH_BONES_H

#include "reading.h"

/* Of a list of numbers. */
typedef struct {
    const int32_t *numbers;
    size_t count;
} Places;

/* All places are those of code points, in order. */
typedef struct {
    Places furniture;  /* begins and ends, in turns, none within another */
    Places breaks;     /* where paragraphs begin, the first left out */
    Places marks;      /* double quotation marks */
    Places quotations; /* begins and ends, in turns, in any order */
    Places posts;      /* where something of a post stands */
    Places cuts;       /* where sentences begin, in any order */
    const uint8_t *announces; /* of each paragraph, whether it ends in a colon */
    int64_t length;
} Found;

/* As in speech.py. */
typedef struct {
    const uint32_t *persons; /* sorted hashes */
    size_t person_count;
    double most_spoken;
    int64_t longest_post, short_paragraph, least_paragraph;
} SpeechRules;

/* The skeleton of the text whose `count` words are in `read`, all of them known. Gives how many bytes it has; NOT_READABLE
 * where the text has too few function words to be English, or there is no room. */
int64_t wirematch_skeleton(const Vocabulary *vocabulary, const Reading *read, size_t count, const Found *found,
                           const SpeechRules *rules, double least_share, uint8_t *skeleton, size_t room);

#endif
