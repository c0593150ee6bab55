/* Names the pages of buckets and extracts their postings; the kernel of wirematch.index.page_request. */
#include "kernel.h"

/* A posting: the upper half of a bucket's hash (2 bytes) and a local document number (4), little-endian. */
enum { POSTING_BYTES = 6, LONG_BYTES = 1 };

static inline uint32_t bucket_at(const uint8_t *posting) { return (uint32_t)posting[0] | (uint32_t)posting[1] << 8; }

static inline uint32_t number_at(const uint8_t *posting) {
    return (uint32_t)posting[2] | (uint32_t)posting[3] << 8 | (uint32_t)posting[4] << 16 | (uint32_t)posting[5] << 24;
}

/* What is searched in a page. */
typedef struct {
    uint32_t bucket;
    uint64_t before; /* local numbers from here on are left out */
} Wanted;

static size_t pick(const uint8_t *postings, size_t size, Wanted wanted, uint64_t *numbers) {
    size_t found = 0;
    for (size_t at = 0; at + POSTING_BYTES <= size; at += POSTING_BYTES)
        if (bucket_at(postings + at) == wanted.bucket && number_at(postings + at) < wanted.before)
            numbers[found++] = number_at(postings + at);
    return found;
}

/* A page in two fields. A long page begins with a marker byte and has its older postings in the other field. */
static size_t pick_newest(const uint8_t *page, size_t size, const uint8_t *older, size_t older_size, Wanted wanted,
                          size_t cap, uint64_t *numbers) {
    bool is_long = size % POSTING_BYTES == LONG_BYTES;
    size_t found = is_long ? pick(older, older_size, wanted, numbers) : 0;
    found += pick(page + is_long, size - is_long, wanted, numbers + found);
    if (found <= cap) return found;
    memmove(numbers, numbers + (found - cap), cap * sizeof *numbers);
    return cap;
}

typedef struct {
    const uint8_t *bytes;            /* the fields: each page's own, followed by that of its older postings */
    const int64_t *begins, *lengths; /* of each field; the length of a missing one is negative */
    size_t pages, size;              /* size: of all bytes */
    const int64_t *page_of;  /* per bucket, its page; buckets of a lot are consecutive */
    const uint16_t *uppers;  /* upper halves of the buckets' hashes */
    const int64_t *lots;     /* number of buckets in each lot */
    const int64_t *before;   /* per lot */
    size_t buckets, lot_count, cap;
    uint64_t home; /* added to local numbers */
} Answer;

static bool is_an_answer(const Answer *answer) {
    uint64_t size = answer->size, buckets = 0;
    for (size_t field = 0; field < 2 * answer->pages; field++) {
        if (answer->lengths[field] < 0) continue;
        if (answer->begins[field] < 0 || (uint64_t)answer->begins[field] > size) return false;
        if ((uint64_t)answer->lengths[field] > size - (uint64_t)answer->begins[field]) return false;
    }
    for (size_t lot = 0; lot < answer->lot_count; lot++) {
        if (answer->lots[lot] < 0 || (uint64_t)answer->lots[lot] > answer->buckets - buckets) return false;
        buckets += (uint64_t)answer->lots[lot];
    }
    for (size_t at = 0; at < answer->buckets; at++)
        if (answer->page_of[at] < 0 || (uint64_t)answer->page_of[at] >= answer->pages) return false;
    return buckets == answer->buckets;
}

static inline size_t size_of(const Answer *answer, size_t field) {
    return answer->lengths[field] < 0 ? 0 : (size_t)answer->lengths[field];
}

/* Returns for how many postings there must be room: all of each bucket's page; or NOT_READABLE. */
EXPORTED int64_t wirematch_room_for_postings(const Answer *answer) {
    if (!is_an_answer(answer)) return NOT_READABLE;
    size_t room = 0;
    for (size_t at = 0; at < answer->buckets; at++) {
        size_t field = 2 * (size_t)answer->page_of[at];
        room += (size_of(answer, field) + size_of(answer, field + 1)) / POSTING_BYTES;
    }
    return (int64_t)room;
}

/* Writes document numbers and bands (positions in the lot), lot by lot, and the count of each lot; returns the total, or
 * NOT_READABLE. There is room for as many as wirematch_room_for_postings says. */
EXPORTED int64_t wirematch_pick_postings(const Answer *answer, size_t room, uint64_t *numbers, int64_t *bands,
                                         int64_t *counts) {
    if (!is_an_answer(answer)) return NOT_READABLE;
    size_t total = 0, at = 0;
    bool fits = true;
    for (size_t lot = 0; lot < answer->lot_count && fits; lot++) {
        size_t before = total;
        for (int64_t band = 0; band < answer->lots[lot] && fits; band++, at++) {
            size_t field = 2 * (size_t)answer->page_of[at];
            size_t size = size_of(answer, field), older_size = size_of(answer, field + 1);
            const uint8_t *page = size ? answer->bytes + answer->begins[field] : NULL;
            const uint8_t *older = older_size ? answer->bytes + answer->begins[field + 1] : NULL;
            fits = (size + older_size) / POSTING_BYTES <= room - total;
            if (!fits) break;
            Wanted wanted = {answer->uppers[at], (uint64_t)answer->before[lot]};
            size_t found = pick_newest(page, size, older, older_size, wanted, answer->cap, numbers + total);
            for (size_t each = 0; each < found; each++, total++) {
                numbers[total] += answer->home;
                bands[total] = band;
            }
        }
        counts[lot] = (int64_t)(total - before);
    }
    return fits ? (int64_t)total : NOT_READABLE;
}

enum { PARTS = 16, NAMED_BYTES = 21, NAME_AT = 4, OLDER_NAME_AT = 14 };

/* A page's two fields as arguments of HMGET: its own, and that of its older postings. */
static const char NAMED[NAMED_BYTES + 1] = "$4\r\n....\r\n$5\r\n....+\r\n";

/* Linear hashing; `half` is the largest power of two up to `pages`. */
static inline uint32_t page_under(uint32_t hash, uint32_t pages, uint32_t half) {
    uint32_t page = hash & (2 * half - 1);
    return page < pages ? page : page - half;
}

static uint32_t last_doubling(uint32_t pages) {
    uint32_t half = 1;
    while (half <= pages / 2) half *= 2;
    return half;
}

static void write_name(uint8_t *field, uint32_t page) {
    memcpy(field, NAMED, NAMED_BYTES);
    for (int byte = 0; byte < 4; byte++)
        field[NAME_AT + byte] = field[OLDER_NAME_AT + byte] = (uint8_t)(page >> 8 * byte);
}

typedef struct {
    const uint32_t *hashes; /* of buckets */
    size_t size;
    uint32_t pages, pages_ahead; /* present and largest possible number of pages; from 1 to below 2^31 */
    uint32_t *now;   /* per bucket, its page */
    uint32_t *later; /* for buckets that move when there are `pages_ahead` pages, that page */
    int64_t *moving; /* the indices of these buckets */
    int64_t *places; /* per page of `now` and then of `later`, its position in `fields` */
    uint8_t *fields; /* grouped by part, each page once; like `places`, it has room for two pages a bucket */
    int64_t *counts; /* per part */
    /* Scratch: a table of places in `distinct`, from 1, empty at first, whose size is a power of two and above that of
     * `distinct`; and pages, of which there are at most two a bucket, with their positions. */
    uint32_t *table, *distinct, *positions;
    size_t table_size;
} Asked;

/* The index of a page among the distinct ones, to which it is added. */
static size_t index_of(const Asked *asked, uint32_t page, size_t *count) {
    size_t mask = asked->table_size - 1, at = (page * UINT32_C(2654435761) >> 7) & mask;
    while (asked->table[at] && asked->distinct[asked->table[at] - 1] != page) at = (at + 1) & mask;
    if (!asked->table[at]) {
        asked->distinct[(*count)++] = page;
        asked->table[at] = (uint32_t)*count;
    }
    return asked->table[at] - 1;
}

/* Returns how many buckets move, or NOT_READABLE. Pages of a part are consecutive, in the order of their first buckets. */
EXPORTED int64_t wirematch_name_pages(const Asked *asked) {
    const uint32_t most = UINT32_C(1) << 31;
    if (!asked->pages || asked->pages >= most || !asked->pages_ahead || asked->pages_ahead >= most) return NOT_READABLE;
    if (asked->size > most / 4 || asked->table_size <= 2 * asked->size) return NOT_READABLE;
    if (asked->table_size & (asked->table_size - 1)) return NOT_READABLE;
    uint32_t half = last_doubling(asked->pages), half_ahead = last_doubling(asked->pages_ahead);
    size_t moved = 0, count = 0, ends[PARTS] = {0};
    for (size_t at = 0; at < asked->size; at++) {
        uint32_t now = page_under(asked->hashes[at], asked->pages, half);
        uint32_t later = page_under(asked->hashes[at], asked->pages_ahead, half_ahead);
        asked->now[at] = now;
        asked->places[at] = (int64_t)index_of(asked, now, &count);
        if (later == now) continue;
        asked->later[moved] = later;
        asked->moving[moved++] = (int64_t)at;
    }
    for (size_t at = 0; at < moved; at++)
        asked->places[asked->size + at] = (int64_t)index_of(asked, asked->later[at], &count);
    for (size_t each = 0; each < count; each++) ends[asked->distinct[each] % PARTS]++;
    size_t begin = 0;
    for (size_t part = 0; part < PARTS; part++) {
        size_t size = ends[part];
        asked->counts[part] = (int64_t)size;
        ends[part] = begin;
        begin += size;
    }
    for (size_t each = 0; each < count; each++) {
        uint32_t page = asked->distinct[each];
        asked->positions[each] = (uint32_t)ends[page % PARTS]++;
        write_name(asked->fields + asked->positions[each] * NAMED_BYTES, page);
    }
    for (size_t at = 0; at < asked->size + moved; at++) asked->places[at] = asked->positions[asked->places[at]];
    return (int64_t)moved;
}
