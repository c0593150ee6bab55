/* Rank stories by the neighbouring shingles of a text that they hold; the kernel of wirematch.fingerprint.anchors. */
#include "fingerprint/ranking.h"

/* The positions of a text that buckets stand for: those of bucket b are places[begins[b]] to places[begins[b + 1] - 1]. */
typedef struct {
    const int64_t *begins, *places;
    size_t buckets, place_count;
    const double *weights; /* of each bucket */
} Buckets;

enum { PLACE_BITS = 13 }; /* positions per story on the line */

static bool is_sound(const Buckets *buckets) {
    for (size_t bucket = 0; bucket < buckets->buckets; bucket++)
        if (buckets->begins[bucket] < 0 || buckets->begins[bucket] > buckets->begins[bucket + 1]) return false;
    if (buckets->buckets && (uint64_t)buckets->begins[buckets->buckets] > buckets->place_count) return false;
    for (size_t at = 0; at < buckets->place_count; at++)
        if (buckets->places[at] < 0 || buckets->places[at] >= 1 << PLACE_BITS) return false;
    return true;
}

static size_t places_of(const Buckets *buckets, int64_t bucket) {
    if (bucket < 0 || (uint64_t)bucket >= buckets->buckets) return 0;
    return (size_t)(buckets->begins[bucket + 1] - buckets->begins[bucket]);
}

/* Puts each posting's position on the line, with its bucket. */
static void draw_line(const uint64_t *documents, const int64_t *bucket_of, size_t size, uint64_t first,
                      const Buckets *buckets, Keyed *line) {
    for (size_t at = 0; at < size; at++) {
        const int64_t *places = buckets->places + buckets->begins[bucket_of[at]];
        size_t count = places_of(buckets, bucket_of[at]);
        uint64_t story = (documents[at] - first) << PLACE_BITS;
        for (size_t each = 0; each < count; each++) *line++ = (Keyed){story | (uint64_t)places[each], (uint32_t)bucket_of[at]};
    }
}

static size_t keep_new(Keyed *line, size_t size) {
    size_t kept = 0;
    for (size_t at = 0; at < size; at++)
        if (!at || line[at].key != line[at - 1].key) line[kept++] = line[at];
    return kept;
}

/* For each story that qualifies, the largest sum of weights of shingles within `near` of each other, and the position of
 * the last of these; of equal sums, the first. Running sums extend over the whole line, to match the Python path's bits. */
static size_t weigh(const Keyed *line, size_t size, uint64_t near, uint64_t first, const double *weights, double *sums,
                    const Limits *limits, uint64_t *numbers, double *scores, int64_t *ends) {
    size_t kept = 0, behind = 0, end = 0;
    double best = 0;
    sums[0] = 0;
    for (size_t at = 0; at < size; at++) {
        sums[at + 1] = sums[at] + weights[line[at].owner];
        while (behind < at && line[behind].key + near <= line[at].key) behind++;
        bool begins = !at || line[at].key >> PLACE_BITS != line[at - 1].key >> PLACE_BITS;
        double together = sums[at + 1] - sums[behind];
        if (begins || together > best) best = together, end = at;
        if (at + 1 < size && line[at + 1].key >> PLACE_BITS == line[at].key >> PLACE_BITS) continue;
        uint64_t number = (line[at].key >> PLACE_BITS) + first;
        if (rounded(best) < limits->least_score || !may_count(number, limits)) continue;
        numbers[kept] = number;
        ends[kept] = (int64_t)(line[end].key & ((1 << PLACE_BITS) - 1));
        scores[kept++] = rounded(best);
    }
    return kept;
}

/* Ranks stories from `size` postings, each a document number and a bucket. Writes numbers, scores and window ends, best first,
 * and returns how many. NOT_READABLE for malformed buckets, or if numbers lie too far apart for one line. */
static int64_t rank_anchors(const uint64_t *documents, const int64_t *bucket_of, size_t size,
                            const Buckets *buckets, size_t near, const Limits *limits, uint64_t *numbers, double *scores,
                            int64_t *ends) {
    if (size > INT32_MAX || buckets->buckets > INT32_MAX || !is_sound(buckets)) return NOT_READABLE;
    uint64_t first = UINT64_MAX, last = 0;
    size_t length = 0;
    for (size_t at = 0; at < size; at++) {
        if (bucket_of[at] < 0 || (uint64_t)bucket_of[at] >= buckets->buckets) return NOT_READABLE;
        length += places_of(buckets, bucket_of[at]);
        if (documents[at] < first) first = documents[at];
        if (documents[at] > last) last = documents[at];
    }
    if (!length) return 0;
    if (length > INT32_MAX || (last - first) >> (63 - PLACE_BITS)) return NOT_READABLE;
    Keyed *line = malloc((length + 1) * (2 * sizeof *line + 2 * sizeof(uint64_t) + 2 * sizeof(double)));
    if (!line) return NO_MEMORY;
    Keyed *spare = line + length;
    uint64_t *by_number = (uint64_t *)(spare + length);
    double *by_number_scores = (double *)(by_number + length), *sums = by_number_scores + length;
    int64_t *by_number_ends = (int64_t *)(sums + length + 1);
    draw_line(documents, bucket_of, size, first, buckets, line);
    sort_keyed(line, spare, length);
    length = keep_new(line, length);
    size_t kept = weigh(line, length, near, first, buckets->weights, sums, limits, by_number, by_number_scores,
                        by_number_ends);
    order(line, spare, kept, numbers, scores, by_number, by_number_scores);
    for (size_t at = 0; at < kept; at++) ends[at] = by_number_ends[line[at].owner];
    free(line);
    return (int64_t)kept;
}

/* Of each stretch of a text, the first `most` stories whose windows end in it; returns how many in all. */
static size_t lead(const uint64_t *numbers, const int64_t *ends, size_t size, size_t stretch, uint8_t most, uint64_t *leading) {
    uint8_t led[1 << PLACE_BITS] = {0};
    size_t found = 0;
    for (size_t at = 0; at < size; at++) {
        size_t place = (size_t)ends[at] / stretch;
        if (led[place] == most) continue;
        led[place]++;
        leading[found++] = numbers[at];
    }
    return found;
}

/* What was found in the buckets of one of several texts. */
typedef struct {
    const uint64_t *documents;
    const int64_t *bucket_of;
    size_t size;
    Buckets buckets;
    Limits limits;
} Found;

/* Ranks the stories of each text, and tells which are the `most` that lead each stretch of it. A text's results begin where its postings would if all
 * were concatenated; `counts` has two numbers a text, of ranked and of leading stories, the first NOT_READABLE where Python has
 * to rank. */
EXPORTED int64_t wirematch_rank_anchors(const Found *texts, size_t count, size_t near, size_t stretch, uint8_t most, uint64_t *numbers,
                                        double *scores, int64_t *ends, uint64_t *leading, int64_t *counts) {
    if (!stretch) return NOT_READABLE;
    for (const Found *text = texts; text < texts + count; text++, counts += 2) {
        counts[0] = rank_anchors(text->documents, text->bucket_of, text->size, &text->buckets, near, &text->limits, numbers,
                                 scores, ends);
        if (counts[0] == NO_MEMORY) return NO_MEMORY;
        counts[1] = counts[0] < 0 ? 0 : (int64_t)lead(numbers, ends, (size_t)counts[0], stretch, most, leading);
        numbers += text->size;
        scores += text->size;
        ends += text->size;
        leading += text->size;
    }
    return (int64_t)count;
}

static size_t find(const Keyed *sorted, size_t size, uint32_t value) {
    size_t low = 0, high = size;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle].key < value) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* Groups the positions of `count` anchors by bucket: those of the `size` distinct looked-up values, followed by one bucket for
 * each anchor whose minimum is none of these. `begins` has room for all buckets plus one, `places` and `rest` for all anchors.
 * Returns the number of anchors in `rest`, those with a bucket of their own. */
EXPORTED int64_t wirematch_place_anchors(const uint32_t *looked_up, size_t size, const uint32_t *minima,
                                         const int64_t *places_of_anchors, size_t count, int64_t *begins, int64_t *places,
                                         int64_t *rest) {
    Keyed *sorted = malloc((2 * size + 1) * sizeof *sorted + (count + 1) * sizeof(size_t));
    if (!sorted) return NO_MEMORY;
    size_t *bucket_of = (size_t *)(sorted + 2 * size + 1), left = 0;
    for (size_t at = 0; at < size; at++) sorted[at] = (Keyed){looked_up[at], (uint32_t)at};
    sort_keyed(sorted, sorted + size, size);
    memset(begins, 0, (size + count + 1) * sizeof *begins);
    for (size_t anchor = 0; anchor < count; anchor++) {
        size_t at = find(sorted, size, minima[anchor]);
        bool is_known = at < size && sorted[at].key == minima[anchor];
        bucket_of[anchor] = is_known ? sorted[at].owner : size + left;
        if (!is_known) rest[left++] = (int64_t)anchor;
        begins[bucket_of[anchor] + 1]++;
    }
    for (size_t bucket = 0; bucket < size + left; bucket++) begins[bucket + 1] += begins[bucket];
    for (size_t anchor = 0; anchor < count; anchor++) places[begins[bucket_of[anchor]]++] = places_of_anchors[anchor];
    memmove(begins + 1, begins, (size + left) * sizeof *begins); /* each is now at its end, where the next one begins */
    begins[0] = 0;
    free(sorted);
    return (int64_t)left;
}
