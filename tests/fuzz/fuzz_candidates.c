/* Overlaps of shingles and of sketches, postings, and rankings. */
#include "fuzz.h"

#include "fingerprint/anchors.c"
#include "index/pages.c"
#include "index/replies.c"
#include "fingerprint/ranking.c"
#include "fingerprint/sieve.c"
#include "fingerprint/sketch.c"

/* Sorted and distinct. */
static uint32_t *draw_shingles(size_t *size) {
    size_t wanted = draw_size();
    uint32_t *drawn = exact(4 * wanted), *spare = exact(4 * wanted);
    for (size_t at = 0; at < wanted; at++) drawn[at] = (uint32_t)(one_in(4) ? draw() : below(300) << below(24));
    sort_hashes(drawn, spare, wanted);
    *size = keep_distinct(drawn, wanted);
    uint32_t *shingles = exact(4 * *size);
    memcpy(shingles, drawn, 4 * *size);
    return shingles;
}

/* Of sorted numbers, or bytes that were never one. */
static void write_sketch(uint8_t *sketch, const uint16_t *numbers, size_t size) {
    size_t bytes = size + (size + 256 + 7) / 8;
    memset(sketch, 0, bytes);
    for (size_t at = 0; at < size; at++) {
        size_t bit = at + (numbers[at] >> 8);
        sketch[at] = (uint8_t)numbers[at];
        sketch[size + bit / 8] |= (uint8_t)(1 << bit % 8);
    }
    uint32_t *shingles = exact(4 * size);
    for (size_t at = 0; at < size; at++) shingles[at] = (uint32_t)numbers[at] << 16 | (uint16_t)draw();
    uint8_t *made = exact(bytes);
    wirematch_sketch(shingles, size, made);
    CHECK(!memcmp(made, sketch, bytes));
    for (size_t change = one_in(3) ? below(4) : 0; change > 0; change--) sketch[below(bytes)] ^= (uint8_t)draw();
}

static uint16_t *draw_numbers(size_t *size) {
    uint32_t *shingles = draw_shingles(size);
    uint16_t *numbers = exact(2 * *size);
    for (size_t at = 0; at < *size; at++) numbers[at] = (uint16_t)(shingles[at] >> 16);
    return numbers;
}

/* Two texts against the same stories: what is told is one of all answers, and only of what has a sketch. */
static void sieve(const uint16_t *mine, size_t size, const uint8_t *joined, const int64_t *sizes, size_t count) {
    uint32_t *shingles = exact(4 * size), *none = exact(0);
    const uint32_t *texts[] = {shingles, none};
    int64_t lengths[10], of_texts[] = {(int64_t)size, 0}, edges[] = {0, (int64_t)count, 2 * (int64_t)count};
    size_t all_bytes = 0, put = 0;
    for (size_t at = 0; at < size; at++) shingles[at] = (uint32_t)mine[at] << 16 | (uint32_t)below(9);
    for (size_t each = 0; each < count; each++) {
        size_t bytes = sketch_bytes((size_t)sizes[each]);
        CHECK(shingles_in((int64_t)bytes) == sizes[each]);
        lengths[each] = one_in(6) ? 0 : one_in(200) ? -1 : (int64_t)(one_in(40) ? below(bytes) : bytes);
        lengths[count + each] = lengths[each];
        if (lengths[each] > 0) all_bytes += 2 * (size_t)lengths[each];
    }
    uint8_t *sketches = exact(all_bytes);
    for (size_t each = 0; each < 2 * count; put += lengths[each] > 0 ? (size_t)lengths[each] : 0, each++) {
        const uint8_t *from = joined;
        for (size_t before = 0; before < each % (count ? count : 1); before++) from += sketch_bytes((size_t)sizes[before]);
        if (lengths[each] > 0) memcpy(sketches + put, from, (size_t)lengths[each]);
    }
    Sieved all = {texts, of_texts, edges, 2, sketches, lengths};
    SieveRules rules = {(double)below(100) / 100, (double)below(100) / 100, (int64_t)below(300), (int64_t)below(6)};
    ExcerptRules excerpts = {(int64_t)below(12), (int64_t)below(12), (int64_t)below(5)};
    for (int kind = 0; kind < 2; kind++) {
        uint8_t *told = exact(2 * count);
        if ((kind ? wirematch_seek_excerpts(&all, &excerpts, told) : wirematch_sieve(&all, &rules, told)) < 0) continue;
        for (size_t each = 0; each < 2 * count; each++)
            CHECK(told[each] <= UNKNOWN && (told[each] == UNKNOWN) == !lengths[each]);
    }
}

static void sketches(void) {
    size_t size, count = below(5), at = 0;
    uint16_t *mine = draw_numbers(&size), *others[5];
    int64_t *sizes = exact(8 * count);
    for (size_t each = 0; each < count; each++) {
        size_t one;
        others[each] = draw_numbers(&one);
        sizes[each] = (int64_t)one;
        at += one + (one + 256 + 7) / 8;
    }
    uint8_t *joined = exact(at);
    double *shares = exact(8 * count);
    at = 0;
    for (size_t each = 0; each < count; each++) {
        write_sketch(joined + at, others[each], (size_t)sizes[each]);
        at += (size_t)sizes[each] + ((size_t)sizes[each] + 256 + 7) / 8;
    }
    wirematch_sketch_overlaps(mine, size, joined, sizes, count, shares);
    for (size_t each = 0; each < count; each++) CHECK(shares[each] == -1.0 || (shares[each] >= 0 && shares[each] <= 1));
    sieve(mine, size, joined, sizes, count);
    int32_t *most = exact(4 * count);
    size_t among = size > 0 ? 1 + below(size) : 0;
    at = 0;
    for (size_t each = 0; each < count; each++) {
        most[each] = wirematch_neighbours_in(mine, size, among, joined + at, (size_t)sizes[each]);
        at += (size_t)sizes[each] + ((size_t)sizes[each] + 256 + 7) / 8;
    }
    for (size_t each = 0; each < count; each++) CHECK(most[each] >= -1 && most[each] <= (int32_t)among);
}

static void ranking(void) {
    size_t size = draw_size(), bands = 1 + below(130);
    uint64_t *documents = exact(8 * size), *numbers = exact(8 * size);
    int64_t *of_bands = exact(8 * size);
    double *weights = exact(8 * bands), *scores = exact(8 * size);
    for (size_t band = 0; band < bands; band++) weights[band] = one_in(100) ? -1.0 : (double)below(100) / 7;
    for (size_t at = 0; at < size; at++) {
        documents[at] = one_in(30) ? draw() : below(60) | (uint64_t)below(2) << 32;
        of_bands[at] = one_in(3000) ? (int64_t)draw() : (int64_t)below(bands);
    }
    Limits limits = {(double)below(20), below(60), (int64_t)below(2)};
    int64_t found = wirematch_rank(documents, of_bands, size, weights, bands, &limits, numbers, scores);
    CHECK(found <= (int64_t)size);
    for (int64_t at = 0; at < found; at++) CHECK(scores[at] > limits.least_score);

    size_t cut = below(size + 1);
    Lot lots[] = {{documents, of_bands, cut}, {documents + cut, of_bands + cut, size - cut}};
    int64_t widest = wirematch_widest(lots, 2, bands);
    if (widest < 0) return;
    CHECK(widest <= (int64_t)bands);
    int64_t *counts = exact(16 * (size_t)widest), counted = 0, founds[2];
    double *of_lots = exact(16 * (size_t)widest);
    wirematch_count_bands(lots, 2, (size_t)widest, counts);
    for (size_t at = 0; at < 2 * (size_t)widest; at++) counted += counts[at], of_lots[at] = (double)below(100) / 7;
    CHECK(counted == (int64_t)size);
    Limits both[] = {limits, limits};
    CHECK(wirematch_rank_lots(lots, 2, of_lots, (size_t)widest, both, numbers, scores, founds) == 2);
    CHECK(founds[0] <= (int64_t)cut && founds[1] <= (int64_t)(size - cut));
}

static void anchors(void) {
    size_t size = draw_size(), count = below(130), place_count = below(200);
    uint64_t *documents = exact(8 * size), *numbers = exact(8 * size);
    int64_t *bucket_of = exact(8 * size), *begins = exact(8 * (count + 1)), *places = exact(8 * place_count);
    double *weights = exact(8 * count), *scores = exact(8 * size);
    int64_t *ends = exact(8 * size);
    begins[0] = 0;
    for (size_t bucket = 0; bucket < count; bucket++) {
        weights[bucket] = (double)below(100) / 7;
        begins[bucket + 1] = one_in(3000) ? (int64_t)draw() : begins[bucket] + (int64_t)below(3);
    }
    for (size_t at = 0; at < place_count; at++) places[at] = one_in(3000) ? (int64_t)draw() : (int64_t)below(6000);
    for (size_t at = 0; at < size; at++) {
        documents[at] = one_in(100) ? draw() : below(60) | (uint64_t)below(2) << 32;
        bucket_of[at] = one_in(3000) ? (int64_t)draw() : (int64_t)below(count ? count : 1);
    }
    Buckets buckets = {begins, places, count, place_count, weights};
    Limits limits = {(double)below(20), below(60), (int64_t)below(2)};
    size_t cut = below(size + 1);
    AnchorRules rules = {below(20), 1 + below(30), 1 + below(4), below(20), below(20), 1 + below(30)};
    uint64_t *leading = exact(8 * size), *unbroken = exact(8 * size), shingles = one_in(100) ? draw() : below(6000);
    int64_t *counts = exact(8 * 6);
    Found texts[] = {{documents, bucket_of, cut, buckets, limits, shingles, below(40)},
                     {documents + cut, bucket_of + cut, size - cut, buckets, limits, shingles, below(40)}};
    CHECK(wirematch_rank_anchors(texts, 2, &rules, numbers, scores, ends, leading, unbroken, counts) == 2);
    for (size_t text = 0; text < 2; text++) {
        size_t first = text ? cut : 0;
        int64_t found = counts[3 * text], led = counts[3 * text + 1], whole = counts[3 * text + 2];
        CHECK(found <= (int64_t)texts[text].size && led <= (found < 0 ? 0 : found) && (led > 0) == (found > 0));
        CHECK(whole >= 0 && whole <= (int64_t)texts[text].size && (whole == 0 || texts[text].cap));
        for (size_t at = first; (int64_t)(at - first) < found; at++) {
            CHECK(scores[at] >= limits.least_score && ends[at] >= 0 && ends[at] < 1 << 13);
            CHECK(at == first || scores[at - 1] >= scores[at]);
        }
        CHECK(led <= 0 || leading[first] == numbers[first]);
    }
}

static void place_anchors(void) {
    size_t size = below(200), count = below(300);
    uint32_t *looked_up = exact(4 * size), *minima = exact(4 * count);
    int64_t *given = exact(8 * count), *begins = exact(8 * (size + count + 1)), *places = exact(8 * count);
    int64_t *rest = exact(8 * count);
    for (size_t at = 0; at < size; at++) looked_up[at] = (uint32_t)below(400);
    for (size_t at = 0; at < count; at++) minima[at] = (uint32_t)below(400), given[at] = (int64_t)draw();
    int64_t left = wirematch_place_anchors(looked_up, size, minima, given, count, begins, places, rest);
    CHECK(left >= 0 && left <= (int64_t)count && begins[0] == 0 && begins[size + (size_t)left] == (int64_t)count);
    for (size_t bucket = 0; bucket < size + (size_t)left; bucket++) CHECK(begins[bucket] <= begins[bucket + 1]);
}

static void pages(void) {
    size_t count = one_in(50) ? below(2000) : below(40), lot_count = 1 + below(4), size = 0, left = count;
    int64_t *lengths = exact(16 * count), *begins = exact(16 * count), *page_of = exact(8 * count), *lots = exact(8 * lot_count);
    int64_t *before = exact(8 * lot_count), *counts = exact(8 * lot_count);
    uint16_t *uppers = exact(2 * count);
    for (size_t field = 0; field < 2 * count; field++) {
        begins[field] = (int64_t)size;
        size += (size_t)(lengths[field] = (int64_t)below(80));
        if (one_in(8)) lengths[field] = -1;
    }
    if (count && one_in(100)) lengths[below(2 * count)] = (int64_t)draw();
    if (count && one_in(100)) begins[below(2 * count)] = (int64_t)draw();
    uint8_t *bytes = exact(size);
    for (size_t at = 0; at < size; at++) bytes[at] = one_in(4) ? (uint8_t)draw() : 0;
    for (size_t at = 0; at < count; at++) {
        page_of[at] = one_in(3000) ? (int64_t)draw() : (int64_t)(one_in(500) ? below(count) : below(count - at));
        uppers[at] = (uint16_t)(one_in(4) ? draw() : 0);
    }
    for (size_t lot = 0; lot < lot_count; lot++) {
        size_t some = lot + 1 == lot_count ? left : below(left + 1);
        lots[lot] = one_in(500) ? (int64_t)draw() : (int64_t)some;
        left -= some;
        before[lot] = (int64_t)draw() >> 1;
    }
    Answer answer = {bytes, begins, lengths, count, size, page_of, uppers, lots, before, count, lot_count, 1 + below(9), 0};
    int64_t needed = wirematch_room_for_postings(&answer);
    size_t room = needed < 0 || one_in(9) ? below(200) : (size_t)needed;
    uint64_t *numbers = exact(8 * room);
    int64_t *bands = exact(8 * room);
    int64_t found = wirematch_pick_postings(&answer, room, numbers, bands, counts);
    CHECK(found <= (int64_t)room && (needed < 0 ? found < 0 : found >= 0 || (int64_t)room < needed));
    for (int64_t at = 0; at < found; at++) CHECK(bands[at] >= 0 && bands[at] < (int64_t)count);
}

static void named_pages(void) {
    size_t size = one_in(20) ? below(900) : below(40), table_size = 1, total = 0;
    while (table_size <= 2 * size) table_size *= 2;
    if (one_in(30)) table_size = below(9);
    uint32_t *hashes = exact(4 * size), *table = exact(4 * table_size);
    for (size_t at = 0; at < size; at++) hashes[at] = (uint32_t)(one_in(2) ? draw() : below(30));
    memset(table, 0, 4 * table_size);
    uint32_t pages = one_in(30) ? (uint32_t)draw() : 1 + (uint32_t)below(100000), ahead = pages + (uint32_t)below(2000);
    int64_t *places = exact(16 * size), *moving = exact(8 * size), *counts = exact(8 * 16);
    Asked asked = {hashes, size, pages, ahead, exact(4 * size), exact(4 * size), moving, places, exact(42 * size), counts,
                   table, exact(8 * size), exact(8 * size), table_size};
    int64_t moved = wirematch_name_pages(&asked);
    if (moved < 0) return;
    for (size_t part = 0; part < 16; part++) total += (size_t)counts[part];
    CHECK(moved <= (int64_t)size && total <= size + (size_t)moved);
    for (size_t at = 0; at < size + (size_t)moved; at++) {
        CHECK(places[at] >= 0 && places[at] < (int64_t)total);
        uint32_t page = at < size ? asked.now[at] : asked.later[at - size], named;
        memcpy(&named, asked.fields + 21 * places[at] + 4, 4);
        CHECK(named == page);
    }
}

/* A reply that comes in pieces, as it is to be or with a few bytes of it changed. */
static void replies(void) {
    static const char *const PARTS_OF_ONE[] = {"$3\r\nabc\r\n", "_\r\n", "$-1\r\n", ":42\r\n", "*2\r\n", "*0\r\n", "$0\r\n\r\n"};
    size_t commands = below(5), size = 0, room = below(20), parts = below(24);
    uint8_t *whole = exact(400);
    const char *begin = "+OK\r\n", *taken = "+QUEUED\r\n";
    memcpy(whole, begin, 5), size = 5;
    for (size_t at = 0; at < commands; at++, size += 9) memcpy(whole + size, taken, 9);
    whole[size++] = '*', whole[size++] = (uint8_t)('0' + commands), whole[size++] = '\r', whole[size++] = '\n';
    for (size_t at = 0; at < parts; at++) {
        const char *part = PARTS_OF_ONE[below(7)];
        memcpy(whole + size, part, strlen(part)), size += strlen(part);
    }
    if (one_in(3)) whole[below(size)] = (uint8_t)draw();
    if (one_in(3)) whole[below(size)] = (uint8_t)"+-:$*_0123456789\r\n"[below(18)];
    Reply reply = {NULL, 0, 0, (int64_t)commands + 1, (int64_t)commands, -1, 0, 0, room, exact(8 * room), exact(8 * room)};
    int64_t told = INCOMPLETE;
    while (told == INCOMPLETE && reply.size < size) {
        reply.size += 1 + below(size - reply.size);
        uint8_t *came = exact(reply.size);
        memcpy(came, whole, reply.size);
        reply.bytes = came;
        told = wirematch_read_reply(&reply);
    }
    CHECK(reply.found <= room && reply.at <= reply.size);
    for (size_t at = 0; at < reply.found; at++)
        CHECK(reply.lengths[at] == NOTHING || (uint64_t)(reply.begins[at] + reply.lengths[at]) <= reply.size);
}

static void one_round(void) {
    sketches();
    ranking();
    anchors();
    place_anchors();
    pages();
    named_pages();
    replies();
}
