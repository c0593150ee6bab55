/* Choices among several texts, parts of pairs, and all texts scored at once. */
#include "drawn_texts.h"

#include "scoring/event.c"
#include "scoring/event_pairs.c"
#include "scoring/forest.c"
#include "pairs/measuring.c"
#include "scoring/model.c"
#include "scoring/parts.c"
#include "scoring/scores.c"
#include "scoring/screening.c"
#include "scoring/stretch.c"
#include "scoring/topic.c"

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
        CHECK(found[at].shared_with_others <= 1 && found[at].shorter <= (int64_t)mine->size);
        CHECK(!found[at].measured || (found[at].shared_with_others <= rules.most_shared_with_others && rows[3 * at] >= 0));
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
    ScoringRules rules = {&screening, &parts, &PASSAGE_RULES, &model, (double)below(100) / 100, doubtful, doubtful, doubtful};
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

static void one_round(void) {
    size_t kinds = 1 + below(one_in(2) ? 8 : 3000), texts = 2 + below(MOST_TEXTS - 1), count = 0;
    int broken = one_in(6);
    Text drawn[MOST_TEXTS];
    const Form *forms[MOST_TEXTS];
    const Measured *measured[MOST_TEXTS];
    for (size_t at = 0; at < texts; at++) {
        drawn[at] = draw_text(kinds, broken && one_in(3));
        if ((measured[count] = draw_form(&drawn[at], &forms[count]))) count++;
    }
    if (!count) return;
    choose(forms, count);
    part(forms, measured, count);
    score(forms, measured, count);
}
