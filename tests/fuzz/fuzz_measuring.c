/* Outlines, phrases, measured texts, choices, pairs, their passages and parts, events, models. */
#include "fuzz.h"

#include "alignment.c"
#include "common.c"
#include "event.c"
#include "event_pairs.c"
#include "form.c"
#include "forest.c"
#include "measured.c"
#include "measuring.c"
#include "model.c"
#include "outline.c"
#include "parts.c"
#include "phrases.c"
#include "rarity.c"
#include "rewording.c"
#include "runs.c"
#include "scoring.c"
#include "screening.c"
#include "stretch.c"
#include "topic.c"

enum { MOST_TEXTS = 6 };

static uint8_t *draw_flags(size_t size, size_t times) {
    uint8_t *flags = exact(size);
    size_t run = 1 + below(one_in(3) ? 40 : 3);
    for (size_t at = 0; at < size; at++) flags[at] = at % run ? flags[at - 1] : one_in(times);
    return flags;
}

static uint32_t *draw_words(size_t size, size_t kinds, uint32_t factor) {
    uint32_t *words = exact(4 * size);
    size_t period = one_in(4) ? 1 + below(9) : size + 1;
    for (size_t at = 0; at < size; at++) words[at] = at >= period ? words[at - period] : (uint32_t)below(kinds) * factor;
    return words;
}

/* With `broken`, sentences may be anything. */
static Text draw_text(size_t kinds, int broken) {
    size_t size = draw_size(), sentences = size ? 1 + below(size < 30 ? size : 30) : 0;
    uint32_t factor = one_in(5) ? 1 : 0x9E3779B1u; /* small hashes, or spread ones */
    int32_t *begins = exact(4 * (sentences + 1)), *parts = exact(4 * size);
    for (size_t at = 0; at <= sentences; at++) begins[at] = (int32_t)(sentences ? at * size / sentences : 0);
    for (size_t at = 0; at < size; at++) parts[at] = (at ? parts[at - 1] : 0) + one_in(20);
    if (broken) begins[below(sentences + 1)] = (int32_t)draw();
    return (Text){draw_words(size, kinds, factor), draw_words(size, kinds, factor), draw_flags(size, 2),
                  draw_flags(size, 5), draw_flags(size, 4), draw_flags(size, 9), draw_flags(size, 9), parts, size, begins, sentences};
}

enum { MOST_RARE = 100 };

static Rarity draw_rarity(void) {
    size_t size = below(200), bits = 1 + below(6);
    uint32_t *hashes = exact(4 * size), step = one_in(4) ? (uint32_t)below(3) : 0x01234567u; /* few meet, or all */
    float *weights = exact(4 * size);
    if (size > MOST_RARE) size = 60; /* or they are no longer sorted */
    for (size_t at = 0; at < size; at++) {
        hashes[at] = (uint32_t)at * step;
        weights[at] = (float)below(160) / 16;
    }
    Shelf *shelves = exact(sizeof *shelves << bits);
    Rarity rarity = {hashes, weights, size, 10, (uint32_t)bits, shelves};
    wirematch_fill_shelves(&rarity, shelves);
    for (size_t at = 0; at < size; at++) {
        if (at && hashes[at] == hashes[at - 1]) continue;
        CHECK(weight_of(&rarity, hashes[at]) == bits_of(weights[at]));
        CHECK(weight_of(&rarity, hashes[at] + 1) == weight_elsewhere(&rarity, hashes[at] + 1));
    }
    return rarity;
}

static Outlined draw_outlined(const Text *text) {
    size_t size = text->size;
    Outlined out = {.weights = exact(4 * size), .stems = exact(4 * size), .stem_places = exact(4 * size),
                    .vocabulary = exact(4 * size), .vocabulary_weights = exact(4 * size),
                    .vocabulary_places = exact(4 * size), .slots = exact(8 * size)};
    Rarity rarity = draw_rarity();
    for (size_t at = 0; at < size; at++) out.weights[at] = (float)below(100) / 16;
    int64_t found = wirematch_outline(text, one_in(4) ? NULL : &rarity, &out);
    if (found < 0) return (Outlined){0};
    CHECK(out.vocabulary_size <= out.content_count && out.content_count <= size && out.slot_count <= 2 * size);
    for (size_t at = 1; at < out.stem_count; at++) CHECK(out.stems[at - 1] < out.stems[at]);
    for (size_t at = 1; at < out.vocabulary_size; at++) CHECK(out.vocabulary[at - 1] < out.vocabulary[at]);
    for (size_t at = 0; at < size; at++) CHECK(out.stems[out.stem_places[at]] == text->stems[at]);
    return out;
}

static Measured *draw_measured(const Text *text, const Outlined *outlined, int broken) {
    size_t bytes = wirematch_measured_bytes(text->size, outlined->stem_count, outlined->content_count,
                                            text->sentence_count);
    if (broken && one_in(3)) bytes = below(bytes);
    Given given = {text, outlined->weights, outlined->stems, outlined->stem_places, outlined->stem_count,
                   outlined->vocabulary, outlined->vocabulary_weights, outlined->vocabulary_places,
                   outlined->vocabulary_size, outlined->content_count, text->sentences, text->sentence_count};
    if (broken && text->size && one_in(3)) outlined->stem_places[below(text->size)] = (uint32_t)draw();
    if (broken && outlined->content_count && one_in(3))
        outlined->vocabulary_places[below(outlined->content_count)] = (uint32_t)draw();
    Measured *measured = exact(sizeof *measured);
    int64_t found = wirematch_measure(&given, exact(bytes), bytes, measured);
    CHECK(broken || found == (int64_t)text->size);
    for (int view = 0; found >= 0 && view < VIEWS; view++)
        for (size_t at = measured->view_edges[view] + 1; at < measured->view_edges[view + 1]; at++)
            CHECK(measured->view_keys[at - 1] < measured->view_keys[at]);
    return found < 0 ? NULL : measured;
}

static void measure_two(const Measured *one, const Measured *other) {
    enum { ALL = sizeof(Numbers) / sizeof(double) };
    int64_t columns[ALL];
    size_t count = below(ALL + 1);
    for (size_t column = 0; column < count; column++) columns[column] = (int64_t)column;
    if (count && one_in(50)) columns[below(count)] = (int64_t)draw();
    MeasuringRules rules = {0.6, 0.35, columns, count};
    double in_event[] = {(double)below(9) / 9, (double)below(9) / 9}, *row = exact(8 * count);
    if (wirematch_measure_pairs(&one, &other, in_event, 1, &rules, row) != 1) return;
    size_t sentences = one->side.sentence_count > other->side.sentence_count ? one->side.sentence_count
                                                                             : other->side.sentence_count;
    double most = (double)sentences + 12; /* as many may have one partner; three numbers are logarithms of sizes */
    for (size_t at = 0; at < count; at++) CHECK(row[at] >= 0 && row[at] < most);
}

static const Rules OF_PASSAGES = {12, 3, 3, 3, 0.8, 0.45, 0.85, 0.1, 1e-4};

static void find_in(const Measured *mine, const Measured *theirs) {
    size_t words = mine->side.size, room = 4 * words + 2 * mine->side.sentence_count + 8;
    int small = one_in(20);
    if (small) room = below(room);
    PassagesFound found = {0, 0, 0}, cover;
    int64_t weights_of_story = one_in(2);
    Passage *passages = exact(sizeof(Passage) * room);
    int64_t count = wirematch_find_passages(mine, theirs, weights_of_story, &OF_PASSAGES, exact(sizeof(Run) * words),
                                            words, passages, room, &found);
    CHECK(count <= (int64_t)room && (small || count >= 0));
    if (count >= 0) CHECK(found.covered <= (int64_t)words && found.taken <= (int64_t)words && found.pieces <= words);
    for (int64_t at = 1; at < count; at++) CHECK(passages[at - 1].end <= passages[at].start);
    if (count < 0 || weights_of_story) return;
    CHECK(wirematch_cover(mine, theirs, &OF_PASSAGES, &cover) && !memcmp(&cover, &found, sizeof found));
}

/* Flags in a row that end before `at`. */
static size_t row_before(const uint8_t *flags, size_t at) {
    size_t row = 0;
    while (row < at && flags[at - 1 - row]) row++;
    return row;
}

static Phrases draw_phrases(const Text *text) {
    size_t size = text->size, fours = size < 4 ? 0 : size - 3;
    PhrasesFound found = {exact(8 * size), exact(4 * size), exact(2 * size), exact(2 * size), exact(4 * size), 0, 0, 0, 0};
    int64_t count = wirematch_phrases(text->words, text->spoken, size, &found);
    CHECK(count >= 0 && (size_t)count <= 2 * size && found.sample_count <= size);
    for (int64_t at = 1; at < count; at++) CHECK(found.keys[at - 1] < found.keys[at]);
    for (size_t at = 0; at < fours; at++) CHECK(found.fours[at] < count && found.keys[found.fours[at]] & 1);
    return (Phrases){found.keys, found.own, found.spoken, found.count, found.fours,
                     fours, found.sample, found.sample_count, text->spoken, size, {found.own_threes, found.own_fours}};
}

/* Rows that are left are long; nothing is flagged in the other text that has not as much here, and nothing twice. */
static void hold_passages(const Phrases *mine, const Phrases *theirs, const uint8_t *common) {
    uint8_t *flags = exact(mine->size), *found = exact(theirs->size);
    for (size_t at = 0; at < mine->size; at++) flags[at] = common[at] || !one_in(12);
    size_t least = below(20), rows = 0, row = 0;
    int64_t both = wirematch_common_passages(mine, theirs, least, flags, found);
    for (size_t at = 0; at < theirs->size; at++) {
        row = found[at] ? row + 1 : 0;
        CHECK(row || !at || !found[at - 1] || row_before(found, at) >= least);
        rows += found[at];
    }
    CHECK(both <= 1 && (both > 0) == (rows > 0));
}

static void hold_event(const Phrases *phrases, size_t texts) {
    size_t count = one_in(4) ? below(MOST_NEIGHBOURS + 2) : below(texts), places_broken = one_in(20);
    const Phrases *neighbours[MOST_NEIGHBOURS + 1], *stories[2 * MOST_TEXTS];
    int64_t places[2 * MOST_TEXTS];
    for (size_t at = 0; at < count; at++) neighbours[at] = &phrases[1 + at % (texts - 1)];
    double weights[HOLDERS * HOLDERS], voices_told[HOLDERS];
    for (size_t at = 0; at < HOLDERS * HOLDERS; at++) weights[at] = (double)below(17) / 16;
    for (size_t at = 0; at < HOLDERS; at++) voices_told[at] = (double)at / 2;
    EventRules rules = {0.3, 3, 12, 25, weights, voices_told};
    Phrases mine = phrases[0];
    if (one_in(20) && mine.four_count) ((uint32_t *)mine.fours)[below(mine.four_count)] = (uint32_t)draw();
    EventTable table = {.held = exact(4 * mine.count), .own = exact(4 * mine.count), .heard = exact(4 * mine.count)};
    int64_t voices = wirematch_event(&mine, neighbours, count, &rules, &table);
    CHECK(voices <= (int64_t)count);
    if (voices < 0) return;
    size_t asked = 1 + below(2 * MOST_TEXTS);
    for (size_t at = 0; at < asked; at++) {
        places[at] = count && one_in(2) ? (int64_t)below(count) : -1;
        stories[at] = places[at] < 0 ? &phrases[below(texts)] : neighbours[places[at]];
        if (places_broken) places[at] = (int64_t)draw();
    }
    PairInEvent *pairs = exact(sizeof(PairInEvent) * asked);
    int64_t found = wirematch_pairs_in_event(&mine, neighbours, &table, stories, places, asked, &rules,
                                             exact(8 * mine.count + 4 * mine.size), pairs);
    if (found < 0) return;
    for (size_t at = 0; at < asked; at++) {
        CHECK(pairs[at].voices >= 0 && pairs[at].voices <= voices);
        CHECK(pairs[at].voices_told == voices_told[pairs[at].voices]);
        CHECK(pairs[at].unshared >= 0 && pairs[at].unshared <= (double)mine.count);
        uint8_t *flags = exact(mine.size);
        wirematch_common_words(&mine, &table, (uint32_t)pairs[at].close, &rules, flags);
        hold_passages(&mine, stories[at], flags);
    }
}

/* A model that asks the trees, over so many numbers in rows of any length. */
static void ask_model(const Forest *forest, const double *numbers, size_t count) {
    size_t columns = 1 + below(12), asked = below(9), rows = count / columns;
    int64_t *of_readers = exact(8 * asked), *of_trees = exact(8 * forest->columns);
    double *weights = exact(8 * asked), *means = exact(8 * asked), *scales = exact(8 * asked), *found = exact(8 * rows);
    for (size_t at = 0; at < asked; at++) {
        of_readers[at] = (int64_t)(one_in(200) ? draw() : below(columns));
        weights[at] = (double)below(9) - 4;
        means[at] = (double)below(9) / 8;
        scales[at] = (double)(1 + below(9)) / 8;
    }
    for (size_t at = 0; at < forest->columns; at++) of_trees[at] = (int64_t)(one_in(200) ? draw() : below(columns));
    Model model = {{of_readers, weights, means, scales, asked, 0.5}, forest, of_trees, 1.5, 0.5,
                   (int64_t)(one_in(50) ? draw() : below(columns)), 2, 0.25, -1, columns};
    int64_t told = wirematch_probabilities(&model, numbers, rows, found);
    for (int64_t row = 0; row < told; row++) CHECK(found[row] >= 0 && found[row] <= 1);
}

static void score_trees(void) {
    size_t trees = below(40), columns = 1 + below(9), rows = below(4), tests = 0;
    int64_t *begins = exact(8 * (columns + 1));
    begins[0] = 0;
    for (size_t column = 0; column < columns; column++) begins[column + 1] = (int64_t)(tests += trees ? below(30) : 0);
    if (one_in(50)) begins[below(columns + 1)] = (int64_t)draw();
    double *thresholds = exact(8 * tests), *values = exact(8 * trees * MOST_LEAVES), *numbers = exact(8 * rows * columns);
    uint32_t *whose = exact(4 * tests);
    uint16_t *ruled_out = exact(2 * tests);
    for (size_t at = 0; at < tests; at++) {
        whose[at] = (uint32_t)(one_in(500) ? draw() : below(trees));
        thresholds[at] = (double)below(10);
        ruled_out[at] = (uint16_t)draw();
    }
    for (size_t at = 0; at < trees * MOST_LEAVES; at++) values[at] = (double)below(9);
    for (size_t at = 0; at < rows * columns; at++) numbers[at] = (double)below(10);
    Forest forest = {begins, thresholds, whose, ruled_out, values, tests, trees, columns};
    double *scores = exact(8 * rows);
    int64_t scored = wirematch_score_forest(&forest, numbers, rows, scores);
    for (int64_t row = 0; row < scored; row++) CHECK(scores[row] >= 0 && scores[row] <= 8.0 * (double)trees);
    ask_model(&forest, numbers, rows * columns);
}

/* The form of a text in a block that has just the room, and what it measures. */
static const Measured *draw_form(const Text *text, const Form **formed) {
    Rarity rarity = draw_rarity();
    size_t most = one_in(3) ? 1 + below(4) : 1000, bytes = wirematch_form_bytes(text->size, most);
    float *weights = exact(4 * text->size);
    for (size_t at = 0; at < text->size; at++) weights[at] = (float)below(100) / 16;
    Form *form = exact(bytes);
    int given = one_in(3);
    size_t fewer = below(bytes);
    (void)wirematch_form(text, &rarity, NULL, most, exact(fewer), fewer);
    int64_t found = wirematch_form(text, given ? NULL : &rarity, given ? weights : NULL, most, (uint8_t *)form, bytes);
    if (found < 0) return NULL;
    *formed = form;
    CHECK(form->given.sentence_count <= most && form->spoken_count <= text->size);
    CHECK(form->phrases.count <= 2 * text->size && form->outline.count <= 2 * text->size);
    Measured *measured = exact((size_t)found);
    int64_t words = wirematch_measure_form(form, (uint8_t *)measured, (size_t)found);
    CHECK(words == (int64_t)text->size || words == NOT_READABLE);
    return words < 0 ? NULL : measured;
}

static void find_stretches(const Measured *one, const Measured *other) {
    TopicRules rules = {(double)below(100) / 100, (double)below(100) / 100, (int64_t)below(90)};
    Span found[2];
    const Side *sides[] = {&one->side, &other->side};
    CHECK(wirematch_stretches(&one, &other, 1, &rules, found) == 1);
    for (int side = 0; side < 2; side++) {
        CHECK(found[side].start <= found[side].end && found[side].end <= (int64_t)sides[side]->size);
        CHECK(found[side].start >= 0 || found[side].end < 0);
    }
}

/* Texts chosen for measuring from the first of them. */
static void choose(const Form *const *forms, size_t count) {
    PairInEvent *pairs = exact(sizeof(PairInEvent) * count);
    double *alike = exact(8 * count);
    uint8_t *choices = exact(count);
    for (size_t at = 0; at < count; at++) pairs[at] = (PairInEvent){.excerpt = one_in(6)};
    ScreeningRules rules = {(double)below(200) / 100, (double)below(50) / 100, (int64_t)below(8)};
    CHECK(wirematch_screen(forms[0], forms, count, pairs, &rules, alike, choices) == (int64_t)count);
    CHECK(choices[0] != WORTH_IT); /* nothing, or the very same text */
    for (size_t at = 0; at < count; at++) {
        CHECK(choices[at] <= EQUAL && alike[at] >= 0 && alike[at] <= 2);
        CHECK(choices[at] || alike[at] < rules.worth_measuring || alike[at] < rules.related);
    }
}

/* Parts of pairs of texts, of which the first of all stands in an event of the others. */
static void part(const Form *const *forms, const Measured *const *measured, size_t count) {
    double weights[HOLDERS * HOLDERS], voices_told[HOLDERS] = {0};
    for (size_t at = 0; at < HOLDERS * HOLDERS; at++) weights[at] = (double)below(17) / 16;
    EventRules event_rules = {0.3, 3, 12, 25, weights, voices_told};
    const Phrases *neighbours[MOST_TEXTS], *mine = &forms[0]->phrases;
    for (size_t at = 0; at < count; at++) neighbours[at] = &forms[at]->phrases;
    EventTable table = {.held = exact(4 * mine->count), .own = exact(4 * mine->count), .heard = exact(4 * mine->count)};
    if (wirematch_event(mine, neighbours, count, &event_rules, &table) < 0) return;
    PartAsked *asked = exact(sizeof *asked * count);
    for (size_t at = 0; at < count; at++)
        asked[at] = (PartAsked){forms[0], forms[at], measured[0], measured[at], &table, draw() & table.close[at]};
    int64_t columns[] = {0, 20, 33};
    MeasuringRules measuring = {0.6, 0.35, columns, 3};
    PartRules rules = {{(double)below(100) / 100, (double)below(100) / 100, (int64_t)below(60)}, &event_rules, &measuring,
                       (double)below(100) / 100, (int64_t)below(40), (int64_t)(1 + below(20))};
    PartFound *found = exact(sizeof *found * count);
    double *rows = exact(8 * 3 * count);
    if (wirematch_parts(asked, count, &rules, found, rows) < 0) return;
    for (size_t at = 0; at < count; at++) {
        CHECK(found[at].everybodys <= 1 && found[at].shorter <= (int64_t)mine->size);
        CHECK(!found[at].measured || (found[at].everybodys <= rules.most_everybodys && rows[3 * at] >= 0));
        CHECK(!found[at].measured || found[at].mine.start >= 0 || found[at].theirs.start >= 0);
    }
}

/* All texts scored against the first: a text whose measured form is kept gives what one measured on the way gives. */
static void score(const Form *const *forms, const Measured *const *measured, size_t count) {
    double weights[HOLDERS * HOLDERS], voices_told[HOLDERS] = {0};
    for (size_t at = 0; at < HOLDERS * HOLDERS; at++) weights[at] = (double)below(17) / 16;
    EventRules event_rules = {0.3, 3, 12, 25, weights, voices_told};
    const Phrases *neighbours[MOST_TEXTS], *mine = &forms[0]->phrases;
    size_t near = below(count + 1), block_bytes = 0;
    int64_t *places = exact(8 * count);
    for (size_t at = 0; at < near; at++) neighbours[at] = &forms[at]->phrases;
    for (size_t at = 0; at < count; at++) {
        places[at] = at < near ? (int64_t)at : -1;
        const Given *given = &forms[at]->given;
        size_t bytes = rounded(sizeof(Measured)) + wirematch_measured_bytes(given->text->size, given->stem_count,
                                                                            given->content_count, given->sentence_count);
        if (bytes > block_bytes) block_bytes = bytes;
    }
    EventTable table = {.held = exact(4 * mine->count), .own = exact(4 * mine->count), .heard = exact(4 * mine->count)};
    if (wirematch_event(mine, neighbours, near, &event_rules, &table) < 0) return;
    int64_t columns[] = {0, 20, (int64_t)(one_in(40) ? draw() : 33)}, of_readers[] = {0, 1, 2}, begins[] = {0, 0};
    double of_model[] = {0.5, 1, 2}, doubtful = (double)below(100) / 100;
    MeasuringRules measuring = {0.6, 0.35, columns, 3};
    PartRules parts = {{(double)below(100) / 100, (double)below(100) / 100, (int64_t)below(60)}, &event_rules, &measuring,
                       (double)below(100) / 100, (int64_t)below(40), (int64_t)(1 + below(20))};
    Forest forest = {begins, NULL, NULL, NULL, NULL, 0, 0, 1};
    Model model = {{of_readers, of_model, of_model, of_model, 3, -1}, &forest, of_readers, 2, 1, 2, 1, 0.5, 0, one_in(40) ? 4 : 3};
    ScreeningRules screening = {(double)below(100) / 100, (double)below(30) / 100, (int64_t)below(8)};
    ScoringRules rules = {&screening, &parts, &OF_PASSAGES, &model, (double)below(100) / 100, doubtful, doubtful, doubtful};
    const Measured *none[MOST_TEXTS] = {NULL};
    ScoringAsked asked[2];
    for (int way = 0; way < 2; way++) {
        asked[way] = (ScoringAsked){forms[0], measured[0], &table, places, count, exact(8 * mine->count + 4 * mine->size),
                                    exact(block_bytes), block_bytes, exact(sizeof(PairInEvent) * count), exact(8 * count),
                                    exact(sizeof(ScoreFound) * count), exact(24 * count), exact(24 * count), exact(count), exact(count)};
        if (wirematch_score(&asked[way], neighbours, forms, way ? measured : none, &rules) < 0) return;
    }
    for (size_t at = 0; at < count; at++) {
        const ScoreFound *one = &asked[0].found[at], *other = &asked[1].found[at];
        CHECK(asked[0].told[at] == asked[1].told[at] && asked[0].told[at] <= LEFT);
        CHECK(one->probability == other->probability && one->probability >= 0 && one->probability <= 1);
        CHECK(one->part.measured == other->part.measured && one->of_part == other->of_part);
        CHECK(one->passages.covered == other->passages.covered && one->passages.taken == other->passages.taken);
        CHECK((one->passages.covered >= 0) == (asked[0].told[at] == PERHAPS_DERIVED && asked[0].choices[at] == WORTH_IT));
        CHECK(asked[0].choices[at] == WORTH_IT || asked[0].told[at] == (asked[0].choices[at] == EQUAL));
    }
    block_bytes = below(block_bytes);
    asked[0].block = exact(block_bytes);
    asked[0].block_bytes = block_bytes;
    (void)wirematch_score(&asked[0], neighbours, forms, none, &rules);
}

/* Sorted, each once; `sparse` numbers are in both lists seldom. */
static size_t draw_sorted(uint64_t **numbers, uint32_t **hashes, size_t sparse) {
    size_t size = below(one_in(3) ? 600 : 100);
    *numbers = exact(8 * size);
    *hashes = exact(4 * size);
    uint32_t last = 0;
    for (size_t at = 0; at < size; at++) (*numbers)[at] = (*hashes)[at] = last += 1 + (uint32_t)below(sparse);
    return size;
}

/* What walks side by side find, looked up one by one. */
static void check_walks(void) {
    uint64_t *mine, *theirs;
    uint32_t *my_hashes, *their_hashes;
    size_t sparse = 1 + below(one_in(2) ? 4 : 1000), same = 0;
    size_t size = draw_sorted(&mine, &my_hashes, sparse), their_size = draw_sorted(&theirs, &their_hashes, sparse);
    int32_t *there = exact(4 * size), *here = exact(4 * their_size), *only_there = exact(4 * size);
    match_both(my_hashes, size, their_hashes, their_size, there, here);
    match_places(my_hashes, size, their_hashes, their_size, only_there);
    CHECK(!memcmp(there, only_there, 4 * size));
    for (size_t at = 0; at < size; at++) {
        size_t other = first_not_below(theirs, true, their_size, mine[at]);
        bool found = other < their_size && theirs[other] == mine[at];
        CHECK(there[at] == (found ? (int32_t)other : -1));
        CHECK(!found || here[other] == (int32_t)at);
        same += found;
    }
    for (size_t other = 0; other < their_size; other++)
        CHECK(here[other] == -1 || there[here[other]] == (int32_t)other);
    CHECK(count_same(mine, size, theirs, their_size) == same);
}

static Seeds draw_seeds(size_t kinds) {
    size_t size = SEED_WORDS + below(one_in(3) ? 600 : 60);
    uint32_t *words = exact(4 * size);
    for (size_t at = 0; at < size; at++) words[at] = (uint32_t)below(kinds) << (one_in(3) ? 0 : 20);
    uint64_t *ordered = exact(8 * size);
    int64_t *places = exact(8 * size), count = make_seeds(words, size, SEED_WORDS, ordered, places);
    CHECK(count == (int64_t)(size - SEED_WORDS + 1));
    for (int64_t at = 0; at < count; at++) {
        uint64_t hash = words[places[at]];
        for (int64_t word = 1; word < SEED_WORDS; word++) hash = with_next(hash, words[places[at] + word]);
        CHECK(ordered[at] == hash);
        CHECK(!at || ordered[at - 1] < ordered[at] || (ordered[at - 1] == ordered[at] && places[at - 1] < places[at]));
    }
    return (Seeds){words, size, ordered, places, (size_t)count};
}

static void check_seeds(void) {
    size_t kinds = 1 + below(one_in(2) ? 3 : 40);
    Seeds mine = draw_seeds(kinds), theirs = draw_seeds(kinds);
    SeedsFound *found = exact(mine.count * sizeof *found);
    find_seeds(&mine, &theirs, found);
    for (size_t at = 0; at < mine.count; at++) {
        size_t begin = first_not_below(theirs.ordered, true, theirs.count, mine.ordered[at]), end = begin;
        while (end < theirs.count && theirs.ordered[end] == mine.ordered[at]) end++;
        SeedsFound one = found[mine.places[at]];
        CHECK(begin == end ? one.begin == one.end : one.begin == begin && one.end == end);
    }
}

static void one_round(void) {
    check_walks();
    check_seeds();
    size_t kinds = 1 + below(one_in(2) ? 8 : 3000), texts = 2 + below(MOST_TEXTS - 1), known = 0;
    int broken = one_in(6);
    Text drawn[MOST_TEXTS];
    Phrases phrases[MOST_TEXTS];
    Outline outlines[MOST_TEXTS];
    const Outline *others[MOST_TEXTS];
    const Measured *measured[2 * MOST_TEXTS];
    const Form *forms[MOST_TEXTS], *formed;
    const Measured *of_forms[MOST_TEXTS];
    size_t form_count = 0;
    for (size_t at = 0; at < texts; at++) {
        drawn[at] = draw_text(kinds, broken && one_in(3));
        phrases[at] = draw_phrases(&drawn[at]);
        Outlined outlined = draw_outlined(&drawn[at]);
        if (!outlined.slots) {
            outlines[at] = (Outline){0};
            others[at] = &outlines[at];
            continue;
        }
        outlines[at] = (Outline){outlined.slots, outlined.vocabulary_weights, outlined.vocabulary_size,
                                 outlined.slot_count, outlined.content_weight,
                                 (double)(outlined.slot_count - outlined.vocabulary_size)};
        others[at] = &outlines[at];
        if (broken && outlined.slot_count && one_in(5)) outlined.slots[below(outlined.slot_count)] = (uint32_t)draw();
        const Measured *found = draw_measured(&drawn[at], &outlined, broken);
        if (found) measured[known++] = found;
        if (!(found = draw_form(&drawn[at], &formed))) continue;
        measured[known++] = of_forms[form_count] = found;
        forms[form_count++] = formed;
    }
    double alike[MOST_TEXTS];
    if (wirematch_likeness(others[0], others, texts, alike) >= 0)
        for (size_t at = 0; at < texts; at++) CHECK(alike[at] >= 0 && alike[at] <= 2);
    for (size_t at = 1; at < known; at++) {
        measure_two(measured[at - 1], measured[at]);
        find_in(measured[at], measured[at - 1]);
        find_stretches(measured[at - 1], measured[at]);
    }
    if (form_count) {
        choose(forms, form_count);
        part(forms, of_forms, form_count);
        score(forms, of_forms, form_count);
    }
    hold_event(phrases, texts);
    score_trees();
}
