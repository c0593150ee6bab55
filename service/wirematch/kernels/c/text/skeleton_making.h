/* What is found in a text besides its words, and the rules that make its skeleton from it. */
#ifndef WIREMATCH_SKELETON_MAKING_H
#define WIREMATCH_SKELETON_MAKING_H

#include "text/reading.h"

/* A list of numbers. */
typedef struct {
    const int32_t *numbers;
    size_t count;
} Places;

/* All positions are code points; ascending unless stated otherwise. */
typedef struct {
    Places furniture;  /* starts and ends, alternating; not nested */
    Places breaks;     /* starts of paragraphs, without the first */
    Places quotations; /* starts and ends, alternating, in any order; they may overlap */
    Places posts;      /* signs of posts */
    Places cuts;       /* starts of sentences, in any order */
    const uint8_t *announces; /* per paragraph, whether it ends in a colon */
    int64_t length;
} Found;

/* As in speech.py. */
typedef struct {
    const uint32_t *persons; /* sorted hashes */
    size_t person_count;
    double most_spoken;
    int64_t longest_post, short_paragraph, least_paragraph;
} SpeechRules;

/* Makes the skeleton of a text whose `count` words, all known, are in `read`. Returns its size in bytes; NOT_READABLE if the
 * text has too few function words to be English, or there is no room. */
int64_t wirematch_make_skeleton(const Vocabulary *vocabulary, const Reading *read, size_t count, const Found *found,
                                const SpeechRules *rules, double least_share, uint8_t *skeleton, size_t room);

#endif
