/* Reading, learning words, signing and preparing. */
#include "fuzz.h"

#include "text/skeleton_making.c"
#include "fingerprint/bottom.c"
#include "fingerprint/minhash.c"
#include "text/landmarks.c"
#include "text/reading.c"
#include "text/segments.c"
#include "text/skeleton_from_text.c"
#include "text/skeleton.c"
#include "text/vocabulary.c"

static Vocabulary *vocabulary;
static Character table[CHARACTERS];

/* As Python fills it; half of the time but for what is drawn: any character may fold into any other and be anything. */
static void fill_table(void) {
    bool usual = one_in(2);
    for (int point = 0; point < CHARACTERS; point++) {
        int lower = point >= 'A' && point <= 'Z' ? point + 32 : point;
        int letter = (lower >= 'a' && lower <= 'z') || (point >= 0xC0 && point < LATIN_END);
        int digit = point >= '0' && point <= '9';
        int kind = READABLE | letter * LETTER | digit * DIGIT | (lower != point) * CAPITAL;
        table[point] = (Character){(uint16_t)(point == 0x2019 - MARKS + MARKS_AT ? '\'' : lower), (uint16_t)kind};
        if (usual && point < 0x80) table[point] = usual_character((uint8_t)point);
        else if (one_in(50)) table[point] = (Character){(uint16_t)draw(), (uint16_t)(draw() & 15)};
    }
}

static const char *const PIECES[] = {
    "the ", "barge", "u.s.", "U.", "1,200", "'s", "'", ",", ".", " ", "\n", "0", "9", "a", "aaaaaaaaaaaaaaaa", "of ",
    "and it was ", "\"", "@", "#", "pic.twitter", ":\n", "\xC3\xA9", "\xE2\x80\x99", "\xE2\x82\xAC", "\xC3\x9F.", "\xC2\xA0",
    /* from here on, nothing that the kernel reads */
    "\xF0\x9F\x98\x80", "\xED\xA0\x80", "\xE2\x80", "\xC3", "\xFF", "\xC0\x80", "\xE0\x80\x80",
};
enum { ALL = sizeof PIECES / sizeof *PIECES, READ = ALL - 7 };

static uint8_t *draw_text(size_t *size) {
    size_t wanted = draw_size(), at = 0, kinds = one_in(4) ? ALL : READ;
    uint8_t *text = exact(wanted);
    const char *repeated = one_in(4) ? PIECES[below(kinds)] : NULL;
    int random = one_in(10);
    while (at < wanted) {
        const char *piece = repeated ? repeated : PIECES[below(kinds)];
        size_t length = strlen(piece);
        if (random) {
            text[at++] = (uint8_t)draw();
        } else if (at + length > wanted) {
            text[at++] = ' ';
        } else {
            memcpy(text + at, piece, length);
            at += length;
        }
    }
    *size = wanted;
    return text;
}

/* Words, each ended by a zero, or not quite. */
static uint8_t *draw_words(size_t count, size_t *size) {
    uint8_t *words = exact(count * 80 + 1);
    size_t at = 0;
    for (size_t word = 0; word < count; word++) {
        for (size_t letter = below(one_in(50) ? 75 : 12); letter; letter--) words[at++] = (uint8_t)('a' + below(4));
        words[at++] = 0;
    }
    *size = at && one_in(20) ? at - 1 : at;
    uint8_t *packed = exact(*size);
    memcpy(packed, words, *size);
    return packed;
}

static void learn(void) {
    if (one_in(500) || vocabulary->count > MOST_WORDS - 200) {
        free(vocabulary);
        vocabulary = calloc(1, sizeof *vocabulary);
        if (one_in(3)) vocabulary->count = MOST_WORDS - (uint32_t)below(300) % 199;
        if (one_in(3)) vocabulary->used = LETTERS - (uint32_t)below(2000);
    }
    size_t count = below(40), forms_size, stems_size;
    uint8_t *forms = draw_words(count, &forms_size), *stems = draw_words(count, &stems_size), *flags = exact(count);
    uint32_t before = vocabulary->count;
    int64_t now = wirematch_learn(vocabulary, forms, forms_size, stems, stems_size, flags, count);
    CHECK(now == NOT_READABLE ? vocabulary->count == before : now == (int64_t)(before + count));
    CHECK(vocabulary->count <= MOST_WORDS && vocabulary->used <= LETTERS);
}

static Reading draw_reading(size_t size) {
    size_t room = one_in(20) ? below(size + 1) : size, unknown = one_in(20) ? below(size + 1) : 2 * size;
    return (Reading){exact(4 * room), exact(4 * room), exact(4 * room), exact(room), room, exact(unknown), unknown, 0};
}

static void check_words(const Reading *read, size_t count) {
    for (size_t word = 0; word < count; word++) {
        CHECK(read->numbers[word] >= -1 && read->numbers[word] < (int32_t)MOST_WORDS);
        CHECK(read->starts[word] >= 0 && read->starts[word] < read->ends[word]);
        CHECK(!word || read->ends[word - 1] <= read->starts[word]);
    }
}

static void sign(const Reading *read, size_t count) {
    size_t permutations = below(3) * 32 + below(3);
    uint32_t *factors = exact(4 * permutations), *summands = exact(4 * permutations);
    uint32_t *shingles = exact(4 * count), *signature = exact(4 * permutations);
    Shingles made = {shingles, exact(4 * count), 0};
    double share = (double)below(3) / 4;
    int64_t found = wirematch_fingerprint(vocabulary, read->numbers, count, share, factors, summands, permutations,
                                          &made, signature);
    CHECK(found <= (int64_t)count && made.in_order_size <= count && found <= (int64_t)made.in_order_size);
    for (int64_t at = 1; at < found; at++) CHECK(shingles[at - 1] < shingles[at]);
    if (found > 0 && permutations >= AT_ONCE) { /* whatever this processor can do, what any can do is the same */
        uint32_t minima[AT_ONCE];
        minima_anywhere(shingles, (size_t)found, factors, summands, minima);
        CHECK(!memcmp(minima, signature, sizeof minima));
    }
}

static void sign_by_size(void) {
    size_t size = below(one_in(10) ? 3000 : 200), kinds = 1 + below(500);
    Bounds bounds = {below(140), one_in(4) ? draw() : 1u << 30, below(60), below(100), below(12), below(3000), below(400)};
    uint32_t *in_order = exact(4 * size), *signature = exact(4 * (bounds.most + bounds.most_fillers));
    for (size_t at = 0; at < size; at++) in_order[at] = (uint32_t)below(kinds) * 0x9E3779B9u;
    int64_t found = wirematch_bottom(in_order, size, &bounds, signature);
    CHECK(found <= (int64_t)(bounds.most + bounds.most_fillers) && (found > 0 || found == NOT_READABLE));
    size_t parts_size = found > 0 ? (size_t)found : 0; /* or a signature that nobody made */
    uint32_t *parted = exact(4 * parts_size), *given = exact(4 * parts_size), *asked = exact(4 * size);
    memcpy(given, one_in(4) ? in_order : signature, 4 * (parts_size < size ? parts_size : 0));
    int64_t posted_size = wirematch_split_signature(given, &parts_size, &bounds, parted);
    CHECK(posted_size <= (int64_t)parts_size && (found < 0 || parts_size <= (size_t)found));
    int64_t *places = exact(8 * size), anchored = wirematch_anchors(in_order, size, &bounds, asked, places);
    CHECK(anchored <= (int64_t)size);
    for (int64_t at = 0; at < anchored; at++) CHECK(asked[at] == finished(in_order[places[at]]));
    wirematch_mix(in_order, size, (uint32_t)draw(), asked);
}

static size_t put_number(uint8_t *bytes, uint64_t number) {
    size_t size = 0;
    for (; number > 0x7F; number >>= 7) bytes[size++] = (uint8_t)(number | 0x80);
    bytes[size++] = (uint8_t)number;
    return size;
}

/* Of a text some words, in a block that has just the room. */
static void leave_out(const Prepared *whole) {
    size_t size = whole->text.size, left = 0, each = 1 + below(9);
    uint8_t *dropped = exact(size);
    for (size_t at = 0; at < size; at++) left += !(dropped[at] = (uint8_t)(one_in(each) ? draw() & 1 : !!at && dropped[at - 1]));
    size_t room = wirematch_prepared_bytes(left, left);
    Prepared *out = exact(room);
    CHECK(wirematch_without(whole, dropped, (uint8_t *)out, room) == (int64_t)left);
    CHECK(out->text.sentences[0] == 0 && out->text.sentences[out->text.sentence_count] == (int32_t)left);
    for (size_t at = 1; at <= out->text.sentence_count; at++)
        CHECK(out->text.sentences[at - 1] < out->text.sentences[at]);
    for (size_t at = 1; at < left; at++) CHECK(out->text.parts[at - 1] <= out->text.parts[at]);
}

static void prepare(const Reading *read, size_t count) {
    size_t words = one_in(4) ? below(count + 2) : count, sentences = below(words + 1) % 9;
    uint8_t *bytes = exact(2000);
    size_t size = 0;
    bytes[size++] = one_in(30) ? (uint8_t)draw() : (uint8_t)(VERSION + below(2));
    size += put_number(bytes + size, words);
    size += put_number(bytes + size, sentences);
    for (size_t list = 0; list < 2; list++) {
        size_t members = below(4);
        size += put_number(bytes + size, members);
        for (size_t each = members * (list ? 2 : 3); each; each--)
            size += put_number(bytes + size, one_in(40) ? draw() : below(30));
    }
    for (size_t left = words, each = sentences; each; each--) {
        size_t part = each == 1 ? left : (left > each ? 1 + below(left - each) : 1);
        size += put_number(bytes + size, part);
        left -= part < left ? part : left;
    }
    if (one_in(4)) bytes[below(size)] = (uint8_t)draw();
    if (one_in(10)) size = below(size + 1);
    uint8_t *skeleton = exact(size);
    memcpy(skeleton, bytes, size);
    size_t room = wirematch_prepared_bytes(count, count);
    Prepared *out = exact(room);
    int64_t found = wirematch_prepare(vocabulary, read, count, skeleton, size, 0.2, (uint8_t *)out, room);
    CHECK(found < 0 || found == (int64_t)words);
    if (found <= 0) return;
    CHECK(out->text.sentences[0] == 0 && out->text.sentences[sentences] == (int32_t)words);
    for (size_t at = 0; at < words; at++) CHECK(out->starts[at] < out->ends[at] && out->text.parts[at] >= 0);
    leave_out(out);
}

static Places draw_places(size_t size, int sorted, size_t count) {
    int32_t *numbers = exact(4 * count), before = 0;
    for (size_t at = 0; at < count; at++) {
        before = sorted ? before + (int32_t)below(2 * size / (count + 1) + 2) : (int32_t)below(size + 2);
        numbers[at] = one_in(300) ? (int32_t)draw() : before;
    }
    return (Places){numbers, count};
}

/* What is made of any words and any places is a skeleton of that text, or nothing. */
static void make_skeleton(const Reading *read, size_t count, size_t length) {
    size_t breaks = below(5), persons = below(4);
    uint8_t *announces = exact(breaks + 1);
    uint32_t *hashes = exact(4 * persons);
    for (size_t at = 0; at <= breaks; at++) announces[at] = one_in(6);
    for (size_t at = 0; at < persons; at++) hashes[at] = (uint32_t)(at << 30);
    Found found = {draw_places(length, 1, 2 * below(4)), draw_places(length, 1, breaks),
                   draw_places(length, 0, 2 * below(5)), draw_places(length, 1, below(3)),
                   draw_places(length, 0, below(9)),     announces,
                   (int64_t)length};
    SpeechRules rules = {hashes, persons, (double)below(11) / 10, 60, 30, 4};
    size_t room = one_in(4) ? below(60) : 32 + 15 * found.furniture.count + 10 * count;
    uint8_t *skeleton = exact(room);
    int64_t size = wirematch_make_skeleton(vocabulary, read, count, &found, &rules, 0.2, skeleton, room);
    CHECK(size <= (int64_t)room);
    if (size <= 0) return;
    size_t bytes = wirematch_prepared_bytes(count, count);
    int64_t words = wirematch_prepare(vocabulary, read, count, skeleton, (size_t)size, 0.2, exact(bytes), bytes);
    CHECK(words > 0 && words <= (int64_t)count);
}

/* Of any bytes, which are taken for ASCII: it is a skeleton, or nothing. */
static void see(const Reading *read, size_t count, const uint8_t *text, size_t size) {
    Places furniture = draw_places(size, 1, 2 * below(3));
    uint32_t persons[] = {1, 2};
    SpeechRules rules = {persons, 2, 0.6, 60, 30, 4};
    size_t places = one_in(9) ? below(200) : PLACES_A_BYTE * (size + PLACES_BESIDES);
    size_t room = 32 + 15 * furniture.count + 10 * count;
    uint8_t *skeleton = exact(room);
    int64_t made = wirematch_skeleton_from_text(vocabulary, read, count, text, size, furniture.numbers, furniture.count,
                                                &rules, 0.2, exact(4 * places), places, skeleton, room);
    CHECK(made <= (int64_t)room);
}

static Folded room_to_fold(size_t size) {
    size_t blocks = (3 * size >> 6) + 1;
    Folded folded = {exact(3 * size + KEY_BYTES), exact(3 * size + KEY_BYTES), exact(8 * blocks), 0, true};
    memset(folded.wordly, 0, 8 * blocks);
    return folded;
}

/* Many characters that are folded together are what each is by itself. */
static void check_folding(const uint8_t *text, size_t size) {
    Folded together = room_to_fold(size), by_one = room_to_fold(size);
    if (!fold(table, text, size, &together)) return;
    for (size_t at = 0; at < size;) {
        Character character = table[place_of(next_point(text, size, &at))];
        if (character.folded < 0x80) put(&by_one, (uint8_t)character.folded, (uint8_t)character.kind);
        else put_longer(&by_one, character);
    }
    CHECK(together.size == by_one.size && together.ascii == by_one.ascii);
    CHECK(!memcmp(together.letters, by_one.letters, by_one.size) && !memcmp(together.kinds, by_one.kinds, by_one.size));
    CHECK(!memcmp(together.wordly, by_one.wordly, 8 * ((3 * size >> 6) + 1)));
}

static void one_round(void) {
    if (!vocabulary) vocabulary = calloc(1, sizeof *vocabulary);
    if (!(fuzz_round & 63)) fill_table();
    if (one_in(3)) learn();
    size_t size;
    uint8_t *text = draw_text(&size);
    check_folding(text, size);
    Reading read = draw_reading(size);
    int64_t found = wirematch_read(vocabulary, table, text, size, &read);
    CHECK(found <= (int64_t)read.room && read.unknown_size <= read.unknown_room);
    if (found < 0) return;
    size_t count = (size_t)found;
    check_words(&read, count);
    if (!one_in(30)) /* as Python gives numbers to what was new */
        for (size_t word = 0; word < count; word++)
            if (read.numbers[word] < 0) read.numbers[word] = (int32_t)below(MOST_WORDS);
    uint32_t *words = exact(4 * count), *stems = exact(4 * count);
    wirematch_describe(vocabulary, read.numbers, count, words, stems, exact(count), exact(count));
    sign(&read, count);
    sign_by_size();
    prepare(&read, count);
    make_skeleton(&read, count, size);
    see(&read, count, text, size);
}
