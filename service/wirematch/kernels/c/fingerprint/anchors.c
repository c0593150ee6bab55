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

/* What was found in the buckets of one of several texts. */
typedef struct {
    const uint64_t *documents;
    const int64_t *bucket_of;
    size_t size;
    Buckets buckets;
    Limits limits;
    uint64_t shingles, cap; /* of the text; that a bucket holds, 0 if that a story is in no bucket says nothing */
} Found;

/* As in anchors.py. */
typedef struct {
    uint64_t near, stretch, leaders, reach, least_unbroken, unbroken;
} AnchorRules;

/* Stories, each with a score and a position of the text. */
typedef struct {
    uint64_t *numbers;
    double *scores;
    int64_t *ends;
} Ranked;

/* For each position, the number of a story from which on it lacks the shingle if it is not in its bucket: a full bucket has
 * dropped older ones, and a position without a bucket tells nothing. `counts` and `oldest` have room for all buckets. */
static void know_lacking(const Found *text, uint64_t *counts, uint64_t *oldest, uint64_t *lacking) {
    const Buckets *buckets = &text->buckets;
    memset(counts, 0, buckets->buckets * sizeof *counts);
    for (size_t at = 0; at < text->size; at++) {
        size_t bucket = (size_t)text->bucket_of[at];
        uint64_t number = text->documents[at];
        if (counts[bucket]++ && oldest[bucket] >> 32 != number >> 32) oldest[bucket] = UINT64_MAX; /* in several shards */
        else if (counts[bucket] == 1 || number < oldest[bucket]) oldest[bucket] = number;
    }
    for (size_t place = 0; place < text->shingles; place++) lacking[place] = UINT64_MAX;
    for (size_t bucket = 0; bucket < buckets->buckets; bucket++)
        for (int64_t at = buckets->begins[bucket]; at < buckets->begins[bucket + 1]; at++)
            if ((uint64_t)buckets->places[at] < text->shingles)
                lacking[buckets->places[at]] = counts[bucket] < text->cap ? 0 : oldest[bucket];
}

/* Around the posting `at` of the story whose postings are on the line from `begin` to `end`: how many consecutive shingles it
 * does not lack, and the sum of the weights of those that it has; both in one score, the former in thousands. */
static double unbroken_around(const Keyed *line, size_t begin, size_t at, size_t end, uint64_t number, const Found *text,
                              uint64_t reach, const uint64_t *lacking, uint64_t *length) {
    const uint64_t last_place = (1 << PLACE_BITS) - 1, middle = line[at].key & last_place;
    double sum = text->buckets.weights[line[at].owner];
    uint64_t first = middle, last = middle;
    for (size_t before = at; first && middle - first < reach; first--) {
        if (before > begin && line[before - 1].key + 1 == line[at].key - (middle - first))
            sum += text->buckets.weights[line[--before].owner];
        else if (number >= lacking[first - 1]) break;
    }
    for (size_t after = at; last + 1 < text->shingles && last - middle < reach; last++) {
        if (after + 1 < end && line[after + 1].key == line[at].key + (last - middle) + 1)
            sum += text->buckets.weights[line[++after].owner];
        else if (number >= lacking[last + 1]) break;
    }
    *length = last - first + 1;
    return rounded(1000 * (double)*length + sum);
}

/* For each story that may have enough consecutive shingles, its best such run, and the position around which it is. */
static size_t weigh_unbroken(const Keyed *line, size_t size, uint64_t first, const Found *text, const AnchorRules *rules,
                             const uint64_t *lacking, Ranked ranked) {
    size_t kept = 0;
    uint64_t least = rules->least_unbroken < text->shingles ? rules->least_unbroken : text->shingles;
    for (size_t begin = 0, end; begin < size; begin = end) {
        uint64_t story = line[begin].key >> PLACE_BITS, number = story + first;
        for (end = begin + 1; end < size && line[end].key >> PLACE_BITS == story; end++) {}
        if (!may_count(number, &text->limits)) continue;
        double best = 0;
        for (size_t at = begin; at < end; at++) {
            uint64_t length, place = line[at].key & ((1 << PLACE_BITS) - 1);
            if (place >= text->shingles) continue;
            double score = unbroken_around(line, begin, at, end, number, text, rules->reach, lacking, &length);
            if (length >= least && score > best) best = score, ranked.ends[kept] = (int64_t)place;
        }
        if (best > 0) ranked.numbers[kept] = number, ranked.scores[kept++] = best;
    }
    return kept;
}

/* Sorts stories best first. */
static void sort_ranked(Keyed *line, Keyed *spare, size_t size, Ranked found, Ranked sorted) {
    order(line, spare, size, sorted.numbers, sorted.scores, found.numbers, found.scores);
    for (size_t at = 0; at < size; at++) sorted.ends[at] = found.ends[line[at].owner];
}

/* Of each stretch of a text, the first `most` stories whose windows end in it; returns how many in all. */
static size_t lead(Ranked ranked, size_t size, uint64_t stretch, uint64_t most, uint64_t *leading) {
    uint8_t led[1 << PLACE_BITS] = {0};
    size_t found = 0;
    for (size_t at = 0; at < size; at++) {
        size_t place = (size_t)ranked.ends[at] / stretch;
        if (led[place] == most) continue;
        led[place]++;
        leading[found++] = ranked.numbers[at];
    }
    return found;
}

static Ranked ranked_in(uint64_t *room, size_t size) {
    return (Ranked){room, (double *)(room + size), (int64_t *)(room + 2 * size)};
}

/* Ranks the stories of one text, with their windows' ends, best first; `counts` says how many are ranked, lead, and are unbroken.
 * NOT_READABLE for malformed buckets, or if numbers lie too far apart for one line. */
static int64_t rank_anchors(const Found *text, const AnchorRules *rules, Ranked ranked, uint64_t *leading, uint64_t *unbroken,
                            int64_t *counts) {
    const Buckets *buckets = &text->buckets;
    if (text->size > INT32_MAX || buckets->buckets > INT32_MAX || !is_sound(buckets)) return NOT_READABLE;
    if (text->shingles > 1 << PLACE_BITS) return NOT_READABLE;
    uint64_t first = UINT64_MAX, last = 0;
    size_t length = 0;
    for (size_t at = 0; at < text->size; at++) {
        if (text->bucket_of[at] < 0 || (uint64_t)text->bucket_of[at] >= buckets->buckets) return NOT_READABLE;
        length += places_of(buckets, text->bucket_of[at]);
        if (text->documents[at] < first) first = text->documents[at];
        if (text->documents[at] > last) last = text->documents[at];
    }
    if (!length) return 0;
    if (length > INT32_MAX || (last - first) >> (63 - PLACE_BITS)) return NOT_READABLE;
    size_t each = length + 1, known = 2 * buckets->buckets + text->shingles;
    Keyed *line = malloc(2 * each * sizeof *line + (10 * each + known) * sizeof(uint64_t));
    if (!line) return NO_MEMORY;
    Keyed *spare = line + each;
    uint64_t *room = (uint64_t *)(spare + each), *bucket_counts = room + 10 * each;
    double *sums = (double *)(room + 9 * each);
    Ranked found = ranked_in(room, each), whole = ranked_in(room + 3 * each, each), sorted = ranked_in(room + 6 * each, each);
    draw_line(text->documents, text->bucket_of, text->size, first, buckets, line);
    sort_keyed(line, spare, length);
    length = keep_new(line, length);
    size_t whole_size = 0;
    if (text->cap) {
        uint64_t *oldest = bucket_counts + buckets->buckets, *lacking = oldest + buckets->buckets;
        know_lacking(text, bucket_counts, oldest, lacking);
        whole_size = weigh_unbroken(line, length, first, text, rules, lacking, whole);
    }
    size_t kept = weigh(line, length, rules->near, first, buckets->weights, sums, &text->limits, found.numbers, found.scores,
                        found.ends);
    sort_ranked(line, spare, kept, found, ranked);
    counts[1] = (int64_t)lead(ranked, kept, rules->stretch, rules->leaders, leading);
    sort_ranked(line, spare, whole_size, whole, sorted);
    counts[2] = (int64_t)lead(sorted, whole_size, rules->stretch, rules->unbroken, unbroken);
    free(line);
    return (int64_t)kept;
}

/* Ranks the stories of each text, and tells which lead each stretch of it, and which lack the fewest of its shingles. A text's
 * results begin where its postings would if all were concatenated; `counts` has three numbers a text, of ranked, leading and
 * unbroken stories, the first NOT_READABLE where Python has to rank. */
EXPORTED int64_t wirematch_rank_anchors(const Found *texts, size_t count, const AnchorRules *rules, uint64_t *numbers,
                                        double *scores, int64_t *ends, uint64_t *leading, uint64_t *unbroken, int64_t *counts) {
    if (!rules->stretch || rules->leaders > UINT8_MAX || rules->unbroken > UINT8_MAX) return NOT_READABLE;
    for (const Found *text = texts; text < texts + count; text++, counts += 3) {
        counts[1] = counts[2] = 0;
        counts[0] = rank_anchors(text, rules, (Ranked){numbers, scores, ends}, leading, unbroken, counts);
        if (counts[0] == NO_MEMORY) return NO_MEMORY;
        numbers += text->size;
        scores += text->size;
        ends += text->size;
        leading += text->size;
        unbroken += text->size;
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
