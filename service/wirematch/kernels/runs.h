/* A run of words that two texts share; as in runs.py. */
#ifndef WIREMATCH_RUNS_H
#define WIREMATCH_RUNS_H

#include "kernel.h"

typedef struct {
    int32_t start, story_start, length;
} Run;

#endif
