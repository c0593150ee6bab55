/* Phrases, events of several texts and what pairs have in them. */
#include "drawn_texts.h"

#include "scoring/event.c"
#include "scoring/event_pairs.c"

/* Flags in a row that end before `at`. */
static size_t row_before(const uint8_t *flags, size_t at) {
    size_t row = 0;
    while (row < at && flags[at - 1 - row]) row++;
    return row;
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

static void one_round(void) {
    size_t kinds = 1 + below(one_in(2) ? 8 : 3000), texts = 2 + below(MOST_TEXTS - 1);
    Phrases phrases[MOST_TEXTS];
    for (size_t at = 0; at < texts; at++) {
        Text text = draw_text(kinds, one_in(20));
        phrases[at] = draw_phrases(&text);
    }
    hold_event(phrases, texts);
}
