/* One block of memory that Python owns, in which parts stand one after the other, each aligned to 8 bytes. */
#ifndef WIREMATCH_BLOCK_H
#define WIREMATCH_BLOCK_H

#include "kernel.h"

static inline size_t rounded(size_t bytes) { return (bytes + 7) & ~(size_t)7; }

/* What is left of it. */
typedef struct {
    uint8_t *at;
    size_t left;
} Block;

/* The next part, or NULL where there is no room for it, nor for any after it. */
static inline void *take(Block *block, size_t bytes) {
    if (!block->at || rounded(bytes) > block->left) return block->at = NULL;
    void *part = block->at;
    block->at += rounded(bytes);
    block->left -= rounded(bytes);
    return part;
}

#endif
