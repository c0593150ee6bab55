/* A stretch of a text on its own: what `TextBlock.without`, `profile` and `Profile.measured` would make of it one after the
 * other, in one step and without what a part does not need. Its words keep the stem indices of the whole text: indices that
 * do not occur in it change no measurement.
 */
#include "scoring/stretch.h"

#include "block.h"

static size_t size_of(const StretchOf *stretch) { return (size_t)(stretch->span.end - stretch->span.start); }

static int64_t take_phrases(StretchOf *out) {
    const Text *text = out->whole->given.text;
    size_t size = size_of(out), start = (size_t)out->span.start;
    size_t bytes = rounded(8 * size) + 2 * rounded(4 * size) + 2 * rounded(2 * size);
    out->memory = malloc(bytes);
    if (!out->memory) return NO_MEMORY;
    Block block = {out->memory, bytes};
    PhrasesFound found = {.fours = take(&block, 4 * size), .keys = take(&block, 8 * size),
                          .sample = take(&block, 4 * size), .own = take(&block, 2 * size),
                          .spoken = take(&block, 2 * size)};
    int64_t answer = wirematch_phrases(text->words + start, text->spoken + start, size, &found);
    if (answer < 0) return answer;
    out->phrases = (Phrases){found.keys,  found.own,
                             found.spoken, found.count,
                             found.fours, size < 3 ? 0 : size - 3,
                             found.sample, found.sample_count,
                             text->spoken + start, size,
                             {found.own_threes, found.own_fours}};
    return answer;
}

int64_t wirematch_take_stretch(const Form *whole, const Measured *measured, Span span, StretchOf *out) {
    const Text *text = whole->given.text;
    *out = (StretchOf){.span = span, .whole = whole};
    if (span.start < 0) {
        out->span = (Span){0, (int64_t)text->size};
        out->phrases = whole->phrases;
        out->measured = measured;
        return 0;
    }
    if (span.end <= span.start || (uint64_t)span.end > text->size || !is_cut_well(text)) return NOT_READABLE;
    return take_phrases(out);
}

/* The starts of its sentences, from its first word on, distinct; returns how many. If there are more than `most`, several are
 * merged. `begins` has room for one more than the text has sentences. */
static size_t take_sentences(const StretchOf *stretch, size_t most, int32_t *begins) {
    const Text *text = stretch->whole->given.text;
    int32_t start = (int32_t)stretch->span.start, end = (int32_t)stretch->span.end;
    size_t count = 0;
    begins[0] = 0;
    for (size_t at = 0; at <= text->sentence_count; at++) {
        int32_t begin = text->sentences[at] < start ? start : text->sentences[at] < end ? text->sentences[at] : end;
        if (begin - start > begins[count]) begins[++count] = begin - start;
    }
    size_t step = most ? (count + most - 1) / most : 1, kept = 0;
    if (step <= 1) return count;
    for (size_t at = 0; at < count; at += step) begins[kept++] = begins[at];
    begins[kept] = begins[count];
    return kept;
}

static Text text_of(const StretchOf *stretch, const int32_t *sentences, size_t sentence_count) {
    const Text *text = stretch->whole->given.text;
    size_t start = (size_t)stretch->span.start;
    return (Text){text->words + start,    text->stems + start,  text->content + start,  text->spoken + start,
                  text->capitals + start, text->digits + start, text->unspaced + start, text->parts + start,
                  size_of(stretch),       sentences,            sentence_count};
}

int64_t wirematch_measure_stretch(StretchOf *stretch, size_t most_sentences) {
    if (stretch->measured) return 0;
    const Given *whole = &stretch->whole->given;
    size_t start = (size_t)stretch->span.start, size = size_of(stretch), before = 0, content = 0;
    for (size_t at = 0; at < start; at++) before += whole->text->content[at] != 0;
    for (size_t at = start; at < start + size; at++) content += whole->text->content[at] != 0;
    if (before + content > whole->content_count) return NOT_READABLE;
    size_t all = whole->text->sentence_count, begins_bytes = rounded(4 * (all + 1));
    size_t bytes = wirematch_measured_bytes(size, whole->stem_count, content, all);
    uint8_t *memory = stretch->more = malloc(begins_bytes + rounded(sizeof(Measured)) + bytes);
    if (!memory) return NO_MEMORY;
    int32_t *begins = (int32_t *)memory;
    Measured *measured = (Measured *)(memory + begins_bytes);
    size_t sentences = take_sentences(stretch, most_sentences, begins);
    Text text = text_of(stretch, begins, sentences);
    Given given = {&text,
                   whole->weights + start,
                   whole->stems,
                   whole->stem_places + start,
                   whole->stem_count,
                   whole->vocabulary,
                   whole->vocabulary_weights,
                   whole->vocabulary_places + before,
                   whole->vocabulary_size,
                   content,
                   begins,
                   sentences};
    int64_t answer = wirematch_measure(&given, (uint8_t *)measured + rounded(sizeof *measured), bytes, measured);
    if (answer >= 0) stretch->measured = measured;
    return answer;
}

void wirematch_leave_stretch(const StretchOf *stretch) {
    free(stretch->memory);
    free(stretch->more);
}
