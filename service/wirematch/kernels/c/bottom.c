/* From the shingles of a text, in order, to its smallest hashes and those that fill gaps, and which of these it is stored
 * under: wirematch.fingerprint.bottom. And where a text asks for excerpts: wirematch.fingerprint.anchors. */
#include "murmur32.h"
#include "sorting.h"

typedef struct {
    size_t most;         /* of the smallest */
    size_t largest;      /* hashes below it are posted whatever else the text has ... */
    size_t least_posted; /* ... but at least so many, if there are, */
    size_t most_posted;  /* and no more */
    size_t gap;          /* shingles in a row that are never all without a bucket */
    size_t filled;       /* shingles among which that holds */
    size_t most_fillers;
    const uint8_t *common; /* the filter of shingles that many stories have; NULL where these are chosen as all are */
} Bounds;

enum { FILTER_BITS = 22 }; /* the filter has 2^FILTER_BITS bits */

static inline uint32_t is_set(const uint8_t *bits, uint32_t place) { return bits[place >> 3] >> (place & 7) & 1; }

/* A Bloom filter of two bits a shingle: wirematch.fingerprint.common_shingles. Both are read, as every other shingle is
 * common and nothing foretells which. */
static inline bool is_common(const uint8_t *filter, uint32_t shingle) {
    return is_set(filter, shingle & ((1u << FILTER_BITS) - 1)) & is_set(filter, shingle >> (32 - FILTER_BITS));
}

/* By what a shingle is chosen: its hash, or that within the lower three quarters of all numbers, and in the upper one of
 * a common shingle. */
static inline uint32_t value_of(uint32_t shingle, const Bounds *bounds) {
    uint32_t hash = finished(shingle);
    if (!bounds->common) return hash;
    uint32_t rare = hash - (hash >> 2), common = 0xC0000000u | hash >> 2;
    return rare ^ ((rare ^ common) & (0u - is_common(bounds->common, shingle)));
}

/* How many of the smallest hashes, sorted, are posted whatever their order in the text. */
static size_t posted(const uint32_t *smallest, size_t size, const Bounds *bounds) {
    size_t count = 0;
    while (count < size && count < bounds->most_posted && smallest[count] < bounds->largest) count++;
    if (count < bounds->least_posted) count = bounds->least_posted;
    return count < size ? count : size;
}

/* The smallest of every `gap` hashes in a row that are all above a bound, sorted, each once; gives how many. */
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

/* How many hashes the signature has; there is room for `most` and `most_fillers`. NOT_READABLE: no shingle, or bounds
 * that no signature has. */
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

/* Of a signature the hashes that are posted, and behind them, up to `*size`, those that are only asked for; gives how many
 * are posted. `parts` has room for the whole signature. NOT_READABLE: bounds that no signature has. */
EXPORTED int64_t wirematch_part_signature(const uint32_t *signature, size_t *size, const Bounds *bounds, uint32_t *parts) {
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

/* Of shingles in the order of a text those that a story of any length may be posted under: the hash of each, and its place.
 * Gives how many; both have room for all. NOT_READABLE: bounds that no signature has. */
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

/* What `finished` makes of each value, after some bits of it were turned. */
EXPORTED void wirematch_mix(const uint32_t *values, size_t size, uint32_t turned, uint32_t *mixed) {
    for (size_t at = 0; at < size; at++) mixed[at] = finished(values[at] ^ turned);
}
