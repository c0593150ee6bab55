/* From the shingles of a text, in order, to its smallest hashes and those that fill gaps: wirematch.fingerprint.bottom. */
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
} Bounds;

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
    for (size_t at = 0; at < size; at++) hashes[at] = sorted[at] = finished(in_order[at]);
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
