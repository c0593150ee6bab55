/* Runs of words that two texts share; as in runs.py. */
#ifndef WIREMATCH_RUNS_H
#define WIREMATCH_RUNS_H

#include "kernel.h"

typedef struct {
    int32_t start, story_start, length;
} Run;

/* A text with its runs of a fixed number of words hashed. */
typedef struct {
    const uint32_t *words;
    size_t size;
    const uint64_t *ordered; /* sorted hashes */
    const int64_t *places;   /* where each begins; ascending for equal hashes */
    size_t count;
} Seeds;

/* Hashes the `size - seed + 1` runs of `seed` words: sorted, with their positions. Returns how many. */
int64_t make_seeds(const uint32_t *words, size_t size, size_t seed, uint64_t *ordered, int64_t *places);

/* The runs of two texts that both have seeds, or NO_MEMORY; `runs` has one entry for each seed of mine. */
int64_t find_runs(const Seeds *mine, const Seeds *theirs, size_t seed, size_t most, Run *runs);

#endif
