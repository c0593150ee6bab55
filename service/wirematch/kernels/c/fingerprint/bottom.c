/* From the shingles of a text, in order, to its smallest hashes and fillers, and to those it is stored under; the kernel of
 * wirematch.fingerprint.bottom. Also the anchors of wirematch.fingerprint.anchors. */
#include "murmur32.h"
#include "sorting.h"

typedef struct {
    size_t most;         /* smallest hashes in a signature */
    size_t largest;      /* hashes below it are posted whatever else the text has ... */
    size_t least_posted; /* ... but at least this many, if there are, */
    size_t most_posted;  /* and at most this many */
    size_t gap;          /* of so many consecutive shingles, one has a bucket */
    size_t filled;       /* shingles for which that holds */
    size_t most_fillers;
    const uint8_t *common; /* the filter of common shingles; NULL if they are chosen like all others */
} Bounds;

enum { FILTER_BITS = 22 }; /* the filter has 2^FILTER_BITS bits */

static inline uint32_t is_set(const uint8_t *bits, uint32_t place) { return bits[place >> 3] >> (place & 7) & 1; }

/* Looks up a Bloom filter with two bits a shingle (wirematch.fingerprint.common_shingles). Always reads both bits: every
 * other shingle is common, so a branch would be unpredictable. */
static inline bool is_common(const uint8_t *filter, uint32_t shingle) {
    return is_set(filter, shingle & ((1u << FILTER_BITS) - 1)) & is_set(filter, shingle >> (32 - FILTER_BITS));
}

/* The value by which a shingle is chosen: its hash, or with a filter, the hash mapped to the lower three quarters of all
 * values, or to the upper quarter for a common shingle. */
static inline uint32_t value_of(uint32_t shingle, const Bounds *bounds) {
    uint32_t hash = finished(shingle);
    if (!bounds->common) return hash;
    uint32_t rare = hash - (hash >> 2), common = 0xC0000000u | hash >> 2;
    return rare ^ ((rare ^ common) & (0u - is_common(bounds->common, shingle)));
}

/* How many of the smallest hashes, sorted, are posted, fillers aside. */
static size_t posted(const uint32_t *smallest, size_t size, const Bounds *bounds) {
    size_t count = 0;
    while (count < size && count < bounds->most_posted && smallest[count] < bounds->largest) count++;
    if (count < bounds->least_posted) count = bounds->least_posted;
    return count < size ? count : size;
}

/* Minima of all `gap` consecutive hashes that lie entirely above a bound; sorted, distinct. Returns how many. */
static size_t fill(const uint32_t *hashes, size_t size, size_t gap, uint32_t above, uint32_t *found, uint32_t *spare) {
    size_t count = 0;
    for (size_t at = 0; at + gap <= size; at++) {
        uint32_t lowest = hashes[at];
        for (size_t next = at + 1; next < at + gap; next++) lowest = hashes[next] < lowest ? hashes[next] : lowest;
        if (lowest > above && (!count || found[count - 1] != lowest)) found[count++] = lowest;
    }
    sort_hashes(found, spare, count);
    return keep_distinct(found, count);
}

/* Makes the signature and returns its size; there is room for `most` and `most_fillers`. NOT_READABLE without shingles or for
 * impossible bounds. */
EXPORTED int64_t wirematch_bottom(const uint32_t *in_order, size_t size, const Bounds *bounds, uint32_t *signature) {
    if (!size || !bounds->most || !bounds->most_posted || !bounds->least_posted || !bounds->gap) return NOT_READABLE;
    uint32_t *hashes = malloc(3 * size * sizeof *hashes);
    if (!hashes) return NO_MEMORY;
    uint32_t *sorted = hashes + size, *spare = sorted + size;
    for (size_t at = 0; at < size; at++) hashes[at] = sorted[at] = value_of(in_order[at], bounds);
    sort_hashes(sorted, spare, size);
    size_t smallest = keep_distinct(sorted, size);
    smallest = smallest < bounds->most ? smallest : bounds->most;
    memcpy(signature, sorted, smallest * sizeof *sorted);
    uint32_t above = signature[posted(signature, smallest, bounds) - 1];
    size_t filled = size < bounds->filled ? size : bounds->filled;
    size_t fillers = fill(hashes, filled, bounds->gap, above, sorted, spare);
    fillers = fillers < bounds->most_fillers ? fillers : bounds->most_fillers;
    memcpy(signature + smallest, sorted, fillers * sizeof *sorted);
    free(hashes);
    return (int64_t)(smallest + fillers);
}

static bool is_among(uint32_t value, const uint32_t *sorted, size_t size) {
    size_t low = 0, high = size;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] < value) low = middle + 1;
        else high = middle;
    }
    return low < size && sorted[low] == value;
}

/* Splits a signature into the hashes that are posted and, behind them, up to `*size`, those that are only looked up. Returns
 * how many are posted. `parts` has room for the whole signature. NOT_READABLE for impossible bounds. */
EXPORTED int64_t wirematch_split_signature(const uint32_t *signature, size_t *size, const Bounds *bounds, uint32_t *parts) {
    if (!bounds->most || !bounds->most_posted || !bounds->least_posted) return NOT_READABLE;
    size_t smallest = *size < bounds->most ? *size : bounds->most;
    for (size_t at = 1; at < smallest; at++)
        if (signature[at] <= signature[at - 1]) smallest = at;
    const uint32_t *fillers = signature + smallest;
    size_t fillers_size = *size - smallest, count = posted(signature, smallest, bounds), made = count + fillers_size;
    memcpy(parts, signature, count * sizeof *parts);
    memcpy(parts + count, fillers, fillers_size * sizeof *parts);
    for (size_t at = count; at < smallest; at++)
        if (!is_among(signature[at], fillers, fillers_size)) parts[made++] = signature[at];
    *size = made;
    return (int64_t)(count + fillers_size);
}

/* Hashes and positions of the shingles under which a story of any length may be posted. Returns how many; both arrays have
 * room for all. NOT_READABLE for impossible bounds. */
EXPORTED int64_t wirematch_anchors(const uint32_t *in_order, size_t size, const Bounds *bounds, uint32_t *hashes,
                                   int64_t *places) {
    if (!bounds->gap || !bounds->largest || bounds->largest > UINT32_MAX) return NOT_READABLE;
    uint32_t *all = malloc((3 * size + 1) * sizeof *all);
    if (!all) return NO_MEMORY;
    uint32_t *filling = all + size, *spare = filling + size;
    for (size_t at = 0; at < size; at++) all[at] = value_of(in_order[at], bounds);
    size_t fillers = fill(all, size, bounds->gap, (uint32_t)bounds->largest - 1, filling, spare), found = 0;
    for (size_t at = 0; at < size; at++) {
        if (all[at] >= bounds->largest && !is_among(all[at], filling, fillers)) continue;
        hashes[found] = all[at];
        places[found++] = (int64_t)at;
    }
    free(all);
    return (int64_t)found;
}

/* Applies `finished` to each value after flipping the bits of `turned`. */
EXPORTED void wirematch_mix(const uint32_t *values, size_t size, uint32_t turned, uint32_t *mixed) {
    for (size_t at = 0; at < size; at++) mixed[at] = finished(values[at] ^ turned);
}
