/* From words to shingles and their MinHash signature, for one text; the kernel of wirematch.fingerprint. */
#include "murmur32.h"
#include "sorting.h"
#include "text/vocabulary.h"

#define AT_ONCE 32 /* permutations whose minima stay in registers */

/* Hashes the eight bytes of two neighbouring content words' hashes. */
static inline uint32_t hash_of_pair(uint32_t first, uint32_t second) {
    uint32_t hash = PRIME_5 + 8;
    hash = rotated(hash + first * PRIME_3, 17) * PRIME_4;
    hash = rotated(hash + second * PRIME_3, 17) * PRIME_4;
    return avalanche(hash);
}

/* The minimum of each of AT_ONCE permutations. */
#define DEFINE_MINIMA(NAME, ATTRIBUTES)                                                                               \
    ATTRIBUTES static void NAME(const uint32_t *shingles, size_t size, const uint32_t *factors,                       \
                                const uint32_t *summands, uint32_t *minima) {                                         \
        uint32_t smallest[AT_ONCE];                                                                                   \
        memset(smallest, 0xFF, sizeof smallest);                                                                      \
        for (size_t at = 0; at < size; at++) {                                                                        \
            uint32_t hash = finished(shingles[at]);                                                                   \
            for (int each = 0; each < AT_ONCE; each++) {                                                              \
                uint32_t permuted = factors[each] * hash + summands[each];                                            \
                smallest[each] = permuted < smallest[each] ? permuted : smallest[each];                               \
            }                                                                                                         \
        }                                                                                                             \
        memcpy(minima, smallest, sizeof smallest);                                                                    \
    }

DEFINE_MINIMA(minima_anywhere, )
#if defined(__x86_64__)
DEFINE_MINIMA(minima_avx2, __attribute__((target("avx2"))))
#endif

static void write_signature(const uint32_t *shingles, size_t size, const uint32_t *factors, const uint32_t *summands,
                            size_t permutations, uint32_t *signature) {
    void (*minima)(const uint32_t *, size_t, const uint32_t *, const uint32_t *, uint32_t *) = minima_anywhere;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) minima = minima_avx2;
#endif
    for (size_t first = 0; first < permutations; first += AT_ONCE) {
        size_t some = permutations - first < AT_ONCE ? permutations - first : AT_ONCE;
        uint32_t a[AT_ONCE] = {0}, b[AT_ONCE] = {0}, smallest[AT_ONCE];
        memcpy(a, factors + first, some * sizeof *a);
        memcpy(b, summands + first, some * sizeof *b);
        minima(shingles, size, a, b, smallest);
        memcpy(signature + first, smallest, some * sizeof *smallest);
    }
}

/* Hashes of the content words; 1 instead of 0, which stands for a function word elsewhere. */
static size_t content_terms(const Vocabulary *vocabulary, const int32_t *numbers, size_t words, uint32_t *terms) {
    size_t count = 0;
    for (size_t at = 0; at < words; at++) {
        const Word *word = &vocabulary->words[numbers[at]];
        terms[count] = word->stem ? word->stem : 1;
        count += (word->flags & CONTENT) != 0;
    }
    return count;
}

/* The shingles of a text, at most one a word. */
typedef struct {
    uint32_t *sorted;   /* distinct */
    uint32_t *in_order; /* in the order of the text, and their number */
    size_t in_order_size;
} Shingles;

/* Writes the shingles of a text and, with `permutations`, its signature; returns the number of distinct shingles. NOT_READABLE
 * for text with too few function words to be English or with hardly a content word. */
EXPORTED int64_t wirematch_fingerprint(const Vocabulary *vocabulary, const int32_t *numbers, size_t words,
                                       double least_share, const uint32_t *factors, const uint32_t *summands,
                                       size_t permutations, Shingles *shingles, uint32_t *signature) {
    for (size_t at = 0; at < words; at++)
        if (numbers[at] < 0 || numbers[at] >= MOST_WORDS) return NOT_READABLE;
    uint32_t *terms = malloc((words + 1) * sizeof *terms);
    if (!terms) return NO_MEMORY;
    size_t content = content_terms(vocabulary, numbers, words, terms);
    int64_t found = NOT_READABLE;
    if (content >= 2 && (double)(words - content) >= least_share * (double)words) {
        size_t size = shingles->in_order_size = content - 1;
        for (size_t at = 0; at < size; at++) shingles->in_order[at] = hash_of_pair(terms[at], terms[at + 1]);
        memcpy(shingles->sorted, shingles->in_order, size * sizeof *terms);
        sort_hashes(shingles->sorted, terms, size);
        size_t distinct = keep_distinct(shingles->sorted, size);
        write_signature(shingles->sorted, distinct, factors, summands, permutations, signature);
        found = (int64_t)distinct;
    }
    free(terms);
    return found;
}
