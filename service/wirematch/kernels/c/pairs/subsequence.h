/* Longest common subsequence, bit-parallel: 64 words of one list at a time against the whole other list (Hyyrö 2004). Time is
 * the product of the lengths divided by 64, memory is their sum.
 */
#ifndef WIREMATCH_SUBSEQUENCE_H
#define WIREMATCH_SUBSEQUENCE_H

#include "kernel.h"

/* Processes a block of up to 64 words, given by `masks` (which of them equal a word), against the whole other list. `carries`
 * has the previous block's carry at each word of the other list, and receives this block's. */
static inline uint64_t pass_block(const uint64_t *masks, const int32_t *theirs, size_t size, uint8_t *carries) {
    uint64_t state = ~UINT64_C(0);
    for (size_t at = 0; at < size; at++) {
        uint64_t matches = theirs[at] < 0 ? 0 : masks[theirs[at]];
        uint64_t matched = state & matches, carry = carries[at];
        uint64_t half = state + matched, sum = half + carry;
        carries[at] = half < state || sum < half;
        state = sum | (state & ~matches);
    }
    return state;
}

/* Length for two lists of small numbers; numbers that mine lacks are negative in theirs. `masks` has a zero for each number,
 * and is zero again afterwards; `carries` has a zero for each of theirs. */
static inline int64_t common_in_order(const uint32_t *mine, size_t size, const int32_t *theirs, size_t their_size,
                                      uint64_t *masks, uint8_t *carries) {
    int64_t common = 0;
    for (size_t first = 0; first < size; first += 64) {
        size_t words = size - first < 64 ? size - first : 64;
        for (size_t word = 0; word < words; word++) masks[mine[first + word]] |= UINT64_C(1) << word;
        uint64_t state = pass_block(masks, theirs, their_size, carries);
        for (size_t word = 0; word < words; word++) masks[mine[first + word]] = 0;
        if (words < 64) state |= ~UINT64_C(0) << words;
        common += __builtin_popcountll(~state);
    }
    return common;
}

#endif
