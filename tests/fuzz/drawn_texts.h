/* Random texts, what is rare in them, their phrases and their forms. */
#ifndef DRAWN_TEXTS_H
#define DRAWN_TEXTS_H

#include "fuzz.h"

#include "pairs/alignment.c"
#include "scoring/common.c"
#include "forms/form.c"
#include "pairs/measured.c"
#include "forms/outline.c"
#include "forms/phrases.c"
#include "forms/rarity.c"
#include "pairs/rewording.c"
#include "pairs/runs.c"

static const Rules PASSAGE_RULES = {12, 3, 3, 3, 0.8, 0.45, 0.85, 0.1, 1e-4};

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

#endif
