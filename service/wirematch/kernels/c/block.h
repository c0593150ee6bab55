/* A block of memory owned by Python, in which parts follow one another, each aligned to 8 bytes. */
#ifndef WIREMATCH_BLOCK_H
#define WIREMATCH_BLOCK_H

#include "kernel.h"

static inline size_t rounded(size_t bytes) { return (bytes + 7) & ~(size_t)7; }

/* The rest of the block. */
typedef struct {
    uint8_t *at;
    size_t left;
} Block;

/* Takes the next part; NULL if there is no room for it, and for all parts after it. */
static inline void *take(Block *block, size_t bytes) {
    if (!block->at || rounded(bytes) > block->left) return block->at = NULL;
    void *part = block->at;
    block->at += rounded(bytes);
    block->left -= rounded(bytes);
    return part;
}

#endif
