/* Makes in one call and one block all that is computed once of a text for every comparison: twenty Python objects would take
 * longer to create than the work itself takes, and as long again to free.
 */
#include "forms/form.h"

#include "block.h"

EXPORTED size_t wirematch_form_bytes(size_t size, size_t most) {
    size_t sentences = size < most ? size : most;
    return rounded(sizeof(Form)) + 8 * rounded(4 * size) + 2 * rounded(8 * size) + 2 * rounded(2 * size) +
           rounded(4 * (sentences + 1));
}

/* Merges neighbouring sentences until there are at most `most`, as profiles do. */
static void gather_sentences(const Text *text, size_t most, int32_t *kept, Given *given) {
    size_t step = most ? (text->sentence_count + most - 1) / most : 1;
    if (step <= 1) {
        given->sentences = text->sentences;
        given->sentence_count = text->sentence_count;
        return;
    }
    size_t count = 0;
    for (size_t at = 0; at < text->sentence_count; at += step) kept[count++] = text->sentences[at];
    kept[count] = text->sentences[text->sentence_count];
    given->sentences = kept;
    given->sentence_count = count;
}

static bool lay_out(const Text *text, const float *weights, size_t most, Block *block, Form *form, Outlined *outlined,
                    PhrasesFound *found) {
    size_t size = text->size;
    outlined->vocabulary_places = take(block, 4 * size);
    found->keys = take(block, 8 * size);
    found->fours = take(block, 4 * size);
    outlined->slots = take(block, 8 * size);
    outlined->weights = take(block, 4 * size);
    outlined->stems = take(block, 4 * size);
    outlined->stem_places = take(block, 4 * size);
    outlined->vocabulary = take(block, 4 * size);
    outlined->vocabulary_weights = take(block, 4 * size);
    found->sample = take(block, 4 * size);
    found->own = take(block, 2 * size);
    found->spoken = take(block, 2 * size);
    size_t kept = text->sentence_count < most ? text->sentence_count : most;
    int32_t *sentences = take(block, 4 * (kept + 1));
    if (!sentences) return false; /* reserved last: if it fits, so did the others */
    if (weights) memcpy(outlined->weights, weights, size * sizeof *weights);
    gather_sentences(text, most, sentences, &form->given);
    return true;
}

EXPORTED int64_t wirematch_form(const Text *text, const Rarity *rarity, const float *weights, size_t most,
                                uint8_t *memory, size_t bytes) {
    Block block = {memory, bytes};
    Form *form = take(&block, sizeof *form);
    Outlined outlined = {0};
    PhrasesFound found = {0};
    if (!form || (!rarity && !weights) || !lay_out(text, weights, most, &block, form, &outlined, &found))
        return NOT_READABLE;
    int64_t answer = wirematch_outline(text, rarity, &outlined);
    if (answer >= 0) answer = wirematch_phrases(text->words, text->spoken, text->size, &found);
    if (answer < 0) return answer;
    form->given = (Given){text,
                          outlined.weights,
                          outlined.stems,
                          outlined.stem_places,
                          outlined.stem_count,
                          outlined.vocabulary,
                          outlined.vocabulary_weights,
                          outlined.vocabulary_places,
                          outlined.vocabulary_size,
                          outlined.content_count,
                          form->given.sentences,
                          form->given.sentence_count};
    form->outline = (Outline){outlined.slots,
                              outlined.vocabulary_weights,
                              outlined.vocabulary_size,
                              outlined.slot_count,
                              outlined.content_weight,
                              (double)(outlined.slot_count - outlined.vocabulary_size)};
    form->phrases = (Phrases){found.keys,  found.own,
                              found.spoken, found.count,
                              found.fours, text->size < 3 ? 0 : text->size - 3,
                              found.sample, found.sample_count,
                              text->spoken, text->size,
                              {found.own_threes, found.own_fours}};
    form->plain_count = outlined.plain_count;
    form->strange_count = outlined.strange_count;
    form->spoken_count = 0;
    for (size_t at = 0; at < text->size; at++) form->spoken_count += text->spoken[at] != 0;
    return (int64_t)(rounded(sizeof(Measured)) +
                     wirematch_measured_bytes(text->size, outlined.stem_count, outlined.content_count,
                                              form->given.sentence_count));
}

/* Makes the measured form of a text at the head of a block of `bytes`, aligned to 8; returns the number of words. */
EXPORTED int64_t wirematch_measure_form(const Form *form, uint8_t *memory, size_t bytes) {
    Block block = {memory, bytes};
    Measured *measured = take(&block, sizeof *measured);
    if (!measured) return NOT_READABLE;
    return wirematch_measure(&form->given, block.at, block.left, measured);
}
