/* Outlines, measured texts, and of pairs of them the numbers, passages and stretches. */
#include "drawn_texts.h"

#include "pairs/measuring.c"
#include "scoring/screening.c"
#include "scoring/stretch.c"
#include "scoring/topic.c"

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

static void find_in(const Measured *mine, const Measured *theirs) {
    size_t words = mine->side.size, room = 4 * words + 2 * mine->side.sentence_count + 8;
    int small = one_in(20);
    if (small) room = below(room);
    PassagesFound found = {0, 0, 0}, cover;
    int64_t weights_of_story = one_in(2);
    Passage *passages = exact(sizeof(Passage) * room);
    int64_t count = wirematch_find_passages(mine, theirs, weights_of_story, &PASSAGE_RULES, exact(sizeof(Run) * words),
                                            words, passages, room, &found);
    CHECK(count <= (int64_t)room && (small || count >= 0));
    if (count >= 0) CHECK(found.covered <= (int64_t)words && found.taken <= (int64_t)words && found.pieces <= words);
    for (int64_t at = 1; at < count; at++) CHECK(passages[at - 1].end <= passages[at].start);
    if (count < 0 || weights_of_story) return;
    CHECK(wirematch_cover(mine, theirs, &PASSAGE_RULES, &cover) && !memcmp(&cover, &found, sizeof found));
}

static void find_stretches(const Measured *one, const Measured *other) {
    TopicRules rules = {(double)below(100) / 100, (double)below(100) / 100, (int64_t)below(90)};
    Span found[2];
    const Side *sides[] = {&one->side, &other->side};
    CHECK(wirematch_find_stretches(one, other, &rules, found));
    for (int side = 0; side < 2; side++) {
        CHECK(found[side].start <= found[side].end && found[side].end <= (int64_t)sides[side]->size);
        CHECK(found[side].start >= 0 || found[side].end < 0);
    }
}

static void one_round(void) {
    size_t kinds = 1 + below(one_in(2) ? 8 : 3000), texts = 2 + below(MOST_TEXTS - 1), known = 0;
    int broken = one_in(6);
    Text drawn[MOST_TEXTS];
    Outline outlines[MOST_TEXTS];
    const Outline *others[MOST_TEXTS];
    const Measured *measured[2 * MOST_TEXTS];
    const Form *formed;
    for (size_t at = 0; at < texts; at++) {
        drawn[at] = draw_text(kinds, broken && one_in(3));
        others[at] = &outlines[at];
        Outlined outlined = draw_outlined(&drawn[at]);
        if (!outlined.slots) {
            outlines[at] = (Outline){0};
            continue;
        }
        outlines[at] = (Outline){outlined.slots, outlined.vocabulary_weights, outlined.vocabulary_size,
                                 outlined.slot_count, outlined.content_weight,
                                 (double)(outlined.slot_count - outlined.vocabulary_size)};
        if (broken && outlined.slot_count && one_in(5)) outlined.slots[below(outlined.slot_count)] = (uint32_t)draw();
        const Measured *found = draw_measured(&drawn[at], &outlined, broken);
        if (found) measured[known++] = found;
        if ((found = draw_form(&drawn[at], &formed))) measured[known++] = found;
    }
    double alike[MOST_TEXTS];
    if (wirematch_likeness(others[0], others, texts, alike) >= 0)
        for (size_t at = 0; at < texts; at++) CHECK(alike[at] >= 0 && alike[at] <= 2);
    for (size_t at = 1; at < known; at++) {
        measure_two(measured[at - 1], measured[at]);
        find_in(measured[at], measured[at - 1]);
        find_stretches(measured[at - 1], measured[at]);
    }
}
