/* Stored records: where things stand in them, and their texts on the way to what they are compared by. */
#include "fuzz.h"

#include "forms/candidates.c"
#include "forms/form.c"
#include "index/json.c"
#include "pairs/measured.c"
#include "forms/outline.c"
#include "forms/phrases.c"
#include "forms/rarity.c"
#include "text/reading.c"
#include "index/records.c"
#include "pairs/runs.c"
#include "text/skeleton.c"
#include "text/vocabulary.c"

enum { MOST_RECORDS = 5, MOST_BYTES = 60000 };

static Vocabulary *vocabulary;
static Character table[CHARACTERS];

static void fill_table(void) {
    for (int point = 0; point < CHARACTERS; point++) {
        int lower = point >= 'A' && point <= 'Z' ? point + 32 : point;
        int letter = (lower >= 'a' && lower <= 'z') || (point >= 0xC0 && point < LATIN_END);
        int digit = point >= '0' && point <= '9';
        table[point] = (Character){(uint16_t)lower, (uint16_t)(READABLE | letter * LETTER | digit * DIGIT)};
    }
}

/* Bytes that grow. */
typedef struct {
    uint8_t *bytes;
    size_t size;
} Written;

static void write_bytes(Written *out, const void *bytes, size_t size) {
    if (size > MOST_BYTES - out->size) return;
    memcpy(out->bytes + out->size, bytes, size);
    out->size += size;
}

static void write_text(Written *out, const char *text) { write_bytes(out, text, strlen(text)); }

static void write_number(Written *out, uint64_t number, size_t bytes) {
    for (; bytes; bytes--, number >>= 8) write_bytes(out, &(uint8_t){(uint8_t)number}, 1);
}

static void write_packed(Written *out, uint64_t number) {
    for (; number > 0x7F; number >>= 7) write_number(out, number | 0x80, 1);
    write_number(out, number, 1);
}

/* As it is written in JSON and as it is meant; from the third column's first on, nothing that is read here. */
static const char *const PIECES[][2] = {
    {"the ", "the "}, {"of a barge ", "of a barge "}, {"u.s. ", "u.s. "}, {"\\n\\n", "\n\n"}, {"\\\"", "\""},
    {"\\/", "/"}, {"\\u0041b", "Ab"}, {"\\u00e9", "\xC3\xA9"}, {"\\u2019s ", "\xE2\x80\x99s "}, {"\xC3\xA9t", "\xC3\xA9t"},
    {"\xE2\x82\xAC", "\xE2\x82\xAC"}, {"0123456789abcdef", "0123456789abcdef"}, {" ", " "}, {"\\t", "\t"},
    {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"}, {"\\ud83d\\ude00", ""}, {"\\u12", ""}, {"\n", "\n"}, {"\\x", ""},
    {"\xC0\x80", ""}, {"\xED\xA0\x80", ""}, {"\xF4\x90\x80\x80", ""}, {"\xE2\x80", ""}, {"\xFF", ""},
};
enum { ALL = sizeof PIECES / sizeof *PIECES, READ = 15 };

static void write_string(Written *json, Written *text) {
    size_t pieces = one_in(100) ? below(3000) : below(60), kinds = one_in(9) ? ALL : READ;
    write_text(json, "\"");
    for (; pieces; pieces--) {
        size_t drawn = below(kinds);
        write_text(json, PIECES[drawn][0]);
        if (text) write_text(text, PIECES[drawn][1]);
    }
    write_text(json, "\"");
}

static const char *const FIELDS[] = {
    "\"headline\":null,", "\"headline\":\"Barge\",", "\"metadata\":{},", "\"metadata\":{\"a\":1,\"b\":-2.5e3,\"c\":true},",
    "\"language\":\"en\",", "\"version\":0,", "\"x\":[1],", "\"y\":{\"z\":{}},", "\"body_format\":\"html\",", "\"n\":01,",
    "\"headline\":3,", "\"imprint\":{},", "\"body\":\"twice\",", " ", "\"n\":1e999,", "\"b\\u006fdy\":1,",
};

static void write_json(Written *json, Written *text) {
    write_text(json, "{");
    for (size_t each = below(3); each; each--) write_text(json, FIELDS[below(one_in(4) ? sizeof FIELDS / sizeof *FIELDS : 6)]);
    write_text(json, "\"body\":");
    write_string(json, text);
    if (one_in(2)) write_text(json, ",\"source\":"), write_string(json, NULL);
    write_text(json, "}");
}

/* Mostly of the text, as far as its words go. */
static void write_skeleton(Written *out, const Written *text) {
    Reading read = {exact(4 * text->size), exact(4 * text->size), exact(4 * text->size), exact(text->size), text->size,
                    exact(2 * text->size), 2 * text->size, 0};
    int64_t found = wirematch_read(vocabulary, table, text->bytes, text->size, &read);
    size_t words = found > 0 ? (size_t)found : 0, sentences = words > 1 && one_in(2) ? 2 : words > 0;
    if (one_in(20)) words = below(words + 3);
    write_number(out, one_in(9) ? draw() : UNDISGUISED, 1);
    write_packed(out, words);
    write_packed(out, one_in(30) ? draw() : sentences);
    write_packed(out, 0);
    write_packed(out, 0);
    if (sentences == 2) write_packed(out, 1);
    if (sentences) write_packed(out, words - (sentences == 2));
    if (one_in(10)) out->bytes[below(out->size)] = (uint8_t)draw();
}

static uint8_t *draw_record(size_t *size) {
    Written out = {exact(MOST_BYTES), 0}, json = {exact(MOST_BYTES), 0}, text = {exact(MOST_BYTES), 0};
    Written skeleton = {exact(MOST_BYTES), 0}, both = {exact(MOST_BYTES), 0};
    write_json(&json, &text);
    write_skeleton(&skeleton, &text);
    write_bytes(&both, skeleton.bytes, skeleton.size);
    write_bytes(&both, text.bytes, text.size);
    size_t id = below(9), source = below(9), shingles = below(40), room = skeleton.size + below(4);
    write_number(&out, 1, 4);
    write_number(&out, one_in(30) ? draw() : 1772539200000, 8);
    write_number(&out, 0, 16);
    write_number(&out, one_in(50) ? draw() : below(2), 1);
    write_number(&out, 0, 16);
    write_number(&out, one_in(50) ? draw() : id, 2);
    write_number(&out, source, 2);
    for (size_t each = 0; each < id + source; each++) write_number(&out, one_in(300) ? draw() : 'a', 1);
    write_bytes(&out, json.bytes, json.size);
    if (!one_in(8)) { /* else of layout 3 */
        write_bytes(&out, skeleton.bytes, skeleton.size);
        for (size_t each = skeleton.size; each < room; each++) write_number(&out, 0, 1);
        for (size_t each = sketch_size(shingles); each; each--) write_number(&out, draw(), 1);
        write_number(&out, one_in(50) ? draw() : shingles, 2);
        write_number(&out, one_in(50) ? draw() : room, 2);
        write_number(&out, one_in(50) ? draw() : skeleton.size, 2);
        write_number(&out, one_in(20) ? draw() : xxhash32(both.bytes, both.size), 4);
        write_number(&out, one_in(50) ? draw() : LAYOUT_4, 1);
    }
    if (one_in(4)) out.bytes[below(out.size)] = (uint8_t)draw();
    *size = one_in(20) ? below(out.size + 1) : out.size;
    uint8_t *record = exact(*size);
    memcpy(record, out.bytes, *size);
    return record;
}

static void check_places(const uint8_t *record, size_t size, const Places *at) {
    CHECK(HEADER_BYTES <= at->source_at && at->source_at <= at->json_at && at->json_at < at->text_at);
    CHECK(at->text_at <= at->text_end && at->text_end < at->json_end);
    CHECK(at->json_end + at->skeleton_size <= (int64_t)size && at->stored >= 0 && at->stored <= LATEST_STORED);
    CHECK(record[at->text_at - 1] == '"' && record[at->text_end] == '"');
    uint8_t *text = exact((size_t)at->text_size);
    CHECK(wirematch_unescape(record + at->text_at, (size_t)(at->text_end - at->text_at), text, (size_t)at->text_size));
    CHECK(is_utf8(text, (size_t)at->text_size));
}

static void learn(const Reading *read) {
    if (!read->unknown_size || one_in(8)) return;
    size_t count = 0;
    for (size_t at = 0; at < read->unknown_size; at++) count += !read->unknown[at];
    uint8_t *flags = exact(count);
    for (size_t each = 0; each < count; each++) flags[each] = (uint8_t)below(4);
    if (vocabulary->count > MOST_WORDS - 70000) memset(vocabulary, 0, sizeof *vocabulary);
    wirematch_learn(vocabulary, read->unknown, read->unknown_size, read->unknown, read->unknown_size, flags, count);
}

static void check_form(const uint8_t *block, const Candidate *found) {
    const Prepared *prepared = (const Prepared *)block;
    const Form *form = (const Form *)(block + found->text_bytes);
    CHECK(prepared->text.size == (size_t)found->words && form->given.text == &prepared->text);
    CHECK(is_cut_well(&prepared->text) && found->characters >= found->words);
    uint8_t *measured = exact((size_t)found->measured_bytes);
    CHECK(wirematch_measure_form(form, measured, (size_t)found->measured_bytes) == found->words);
}

/* Names of anything are counted within its bytes. */
static void check_names(void) {
    Written json = {exact(MOST_BYTES), 0};
    for (size_t each = below(4); each; each--) write_json(&json, NULL);
    for (size_t each = json.size ? below(3) : 0; each; each--) json.bytes[below(json.size)] = (uint8_t)"\"\\:"[below(3)];
    size_t size = below(json.size + 1);
    uint8_t *cut = exact(size);
    memcpy(cut, json.bytes, size);
    int64_t names = wirematch_count_names(cut, size);
    CHECK(names >= 0 && names <= (int64_t)size);
}

static void one_round(void) {
    check_names();
    if (!vocabulary) vocabulary = calloc(1, sizeof *vocabulary), fill_table();
    size_t count = below(MOST_RECORDS + 1), room = 0, longest = 0, most = one_in(3) ? 1 : 1000;
    const uint8_t *records[MOST_RECORDS];
    int64_t sizes[MOST_RECORDS];
    Places *places = exact(count * sizeof *places);
    const Places *at[MOST_RECORDS];
    for (size_t each = 0; each < count; each++) {
        size_t size;
        records[each] = draw_record(&size);
        sizes[each] = (int64_t)size;
        at[each] = &places[each];
    }
    CHECK(wirematch_read_records(records, sizes, count, places) <= (int64_t)count);
    for (size_t each = 0; each < count; each++) {
        if (!places[each].readable) continue;
        check_places(records[each], (size_t)sizes[each], &places[each]);
        size_t takes = (size_t)(places[each].text_size + places[each].skeleton_size);
        room += takes;
        longest = takes > longest ? takes : longest;
    }
    if (one_in(20)) room = below(room + 1), longest = below(longest + 1);
    Reading read = {exact(4 * room), exact(4 * room), exact(4 * room), exact(room), room, exact(2 * room), 2 * room, 0};
    Candidate *found = exact(count * sizeof *found);
    int64_t words = wirematch_read_candidates(vocabulary, table, records, at, count, most, exact(longest), longest, &read, found);
    CHECK(words >= 0 && words <= (int64_t)room && read.unknown_size <= read.unknown_room);
    learn(&read);
    uint8_t *blocks[MOST_RECORDS];
    for (size_t each = 0; each < count; each++) blocks[each] = exact(found[each].words > 0 ? (size_t)found[each].bytes : 0);
    float weight = 1;
    uint32_t hash = 0;
    Shelf shelves[2];
    Rarity rarity = {&hash, &weight, 1, 5, 1, shelves};
    wirematch_fill_shelves(&rarity, shelves);
    int64_t formed = wirematch_form_candidates(vocabulary, &rarity, records, at, count, 0.1, most, &read, blocks, found);
    CHECK(formed >= 0);
    for (size_t each = 0; each < count; each++) {
        if (found[each].words < 0) continue;
        check_form(blocks[each], &found[each]);
        formed--;
    }
    CHECK(formed == 0);
}
