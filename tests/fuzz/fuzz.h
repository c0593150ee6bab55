/* Random and adversarial input for the kernels, the same for the same seed. Every buffer is as large as it is said to be
 * and no larger, so that AddressSanitizer sees the first byte beyond.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                                              \
    do {                                                                                                              \
        if (!(condition)) {                                                                                           \
            fprintf(stderr, "%s:%d: %s (round %llu)\n", __FILE__, __LINE__, #condition, (unsigned long long)fuzz_round); \
            abort();                                                                                                  \
        }                                                                                                             \
    } while (0)

static uint64_t fuzz_state, fuzz_round;

/* Xorshift (Marsaglia 2003), multiplied. */
static uint64_t draw(void) {
    fuzz_state ^= fuzz_state >> 12;
    fuzz_state ^= fuzz_state << 25;
    fuzz_state ^= fuzz_state >> 27;
    return fuzz_state * UINT64_C(0x2545F4914F6CDD1D);
}

static size_t below(size_t limit) { return limit ? (size_t)(draw() >> 11) % limit : 0; }

static int one_in(size_t times) { return below(times) == 0; }

/* Small sizes mostly, so that rounds are quick, and now and then a large one. */
static size_t draw_size(void) {
    if (one_in(200)) return below(20000);
    return one_in(3) ? below(8) : below(200);
}

/* Freed together when the round ends. */
static void *fuzz_held[1024];
static size_t fuzz_count;

static void *exact(size_t bytes) {
    void *memory = malloc(bytes ? bytes : 1);
    if (!memory || fuzz_count == sizeof fuzz_held / sizeof *fuzz_held) abort();
    memset(memory, 0xA5, bytes ? bytes : 1);
    return fuzz_held[fuzz_count++] = memory;
}

static void one_round(void);

int main(int count, char **arguments) {
    uint64_t rounds = count > 1 ? strtoull(arguments[1], NULL, 10) : 1000;
    uint64_t seed = count > 2 ? strtoull(arguments[2], NULL, 10) : 1;
    for (fuzz_round = 0; fuzz_round < rounds; fuzz_round++) {
        fuzz_state = (seed * UINT64_C(0x9E3779B97F4A7C15)) ^ ((fuzz_round + 1) * UINT64_C(0xBF58476D1CE4E5B9));
        if (!fuzz_state) fuzz_state = 1;
        one_round();
        while (fuzz_count) free(fuzz_held[--fuzz_count]);
    }
    printf("%llu rounds from seed %llu\n", (unsigned long long)rounds, (unsigned long long)seed);
    return 0;
}

#endif
