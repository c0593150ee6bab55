/* Scores a submission against stories: does what wirematch.matching.scoring does for most pairs, from the event features to the
 * probability of a part. Measured forms are made in scratch that the next text overwrites while it is in the processor's
 * cache, unless the caller keeps them.
 */
#include "pairs/alignment.h"
#include "scoring/model.h"
#include "scoring/parts.h"
#include "scoring/screening.h"

/* As in scoring.py. */
typedef struct {
    const ScreeningRules *screening;
    const PartRules *parts;
    const Rules *passages;
    const Model *model;
    double threshold, least_with_part; /* probabilities between which a part is looked for */
    double of_part, without_own;      /* least probability of a derived part, and of one without words of its own */
} ScoringRules;

/* What is found of a story. `part` and `of_part` are valid if `part.measured` is set, `passages` if it may be derived. */
typedef struct {
    double probability, of_part;
    PartFound part;
    PassagesFound passages; /* of the submission */
} ScoreFound;

typedef struct {
    const Form *submission;
    const Measured *mine;
    const EventTable *table; /* of the submission */
    const int64_t *places;   /* each story's index among the neighbours, or -1 */
    size_t count;            /* of stories */
    uint32_t *numbers;       /* scratch: two numbers a phrase of the submission and one a word */
    uint8_t *block;          /* scratch for the measured form of any of the stories, aligned to 8 */
    size_t block_bytes;
    /* Results for each story. */
    PairInEvent *pairs;
    double *alike;
    ScoreFound *found;
    double *rows, *part_rows;
    uint8_t *choices, *told;
} ScoringAsked;

/* As `Told` in scoring.py. */
enum { NOT_DERIVED, PERHAPS_DERIVED, LEFT };

static bool may_be_derived(const ScoreFound *found, const PairInEvent *pair, const ScoringRules *rules) {
    if (found->probability >= rules->threshold || pair->excerpt > 0) return true;
    return found->part.measured && found->of_part >= (found->part.shared_with_others < 0 ? rules->without_own : rules->of_part);
}

static int64_t measure_pair(const ScoringAsked *asked, const Form *story, const Measured *measured, size_t place,
                            const ScoringRules *rules, double *room) {
    const PairInEvent *pair = &asked->pairs[place];
    ScoreFound *found = &asked->found[place];
    size_t first = place * rules->model->columns;
    double in_event[EVENT_FEATURES] = {pair->unshared, pair->voices_told}, *row = asked->rows + first;
    if (!wirematch_measure_pair(asked->mine, measured, in_event, rules->parts->measuring, row)) return NO_MEMORY;
    found->probability = wirematch_probability(rules->model, row, room);
    if (found->probability >= rules->threshold || !(found->probability >= rules->least_with_part)) return 0;
    PartAsked part = {asked->submission, story, asked->mine, measured, asked->table, pair->close};
    double *part_row = asked->part_rows + first;
    int64_t answer = wirematch_find_part(&part, rules->parts, &found->part, part_row);
    if (answer >= 0 && found->part.measured) found->of_part = wirematch_probability(rules->model, part_row, room);
    return answer;
}

/* Scores one story; `measured` is its measured form, or NULL if it must be made. */
static int64_t score_pair(const ScoringAsked *asked, const Form *story, const Measured *measured, size_t place,
                          const ScoringRules *rules, double *room) {
    if (!measured) {
        int64_t made = wirematch_measure_form(story, asked->block, asked->block_bytes);
        if (made < 0) return made;
        measured = (const Measured *)asked->block;
    }
    int64_t answer = measure_pair(asked, story, measured, place, rules, room);
    ScoreFound *found = &asked->found[place];
    if (answer < 0 || !may_be_derived(found, &asked->pairs[place], rules)) return answer;
    asked->told[place] = PERHAPS_DERIVED;
    return wirematch_cover(asked->mine, measured, rules->passages, &found->passages) ? answer : NO_MEMORY;
}

static int64_t pair_and_screen(const ScoringAsked *asked, const Phrases *const *neighbours, const Form *const *stories,
                               const ScoringRules *rules) {
    const Phrases **phrases = malloc((asked->count + 1) * sizeof *phrases);
    if (!phrases) return NO_MEMORY;
    for (size_t place = 0; place < asked->count; place++) phrases[place] = &stories[place]->phrases;
    int64_t answer = wirematch_pairs_in_event(&asked->submission->phrases, neighbours, asked->table, phrases, asked->places,
                                              asked->count, rules->parts->event, asked->numbers, asked->pairs);
    free(phrases);
    if (answer < 0) return answer;
    return wirematch_screen(asked->submission, stories, asked->count, asked->pairs, rules->screening, asked->alike,
                            asked->choices);
}

static bool are_sound(const ScoringAsked *asked, const ScoringRules *rules) {
    return asked->mine->side.size == asked->submission->given.text->size &&
           wirematch_can_measure(rules->parts->measuring) && wirematch_is_sound_model(rules->model) &&
           rules->parts->measuring->column_count == rules->model->columns;
}

/* Computes for each story its event features, its similarity and what is done with it; if it is measured, also its features,
 * those of its part, and the model's probabilities. `measured` has each story's measured form, or NULL if it must be made.
 * Pairs that share what everybody has are left to the caller, which has to cut their texts. */
EXPORTED int64_t wirematch_score(const ScoringAsked *asked, const Phrases *const *neighbours, const Form *const *stories,
                                 const Measured *const *measured, const ScoringRules *rules) {
    if (!are_sound(asked, rules)) return NOT_READABLE;
    double *room = malloc(wirematch_model_bytes(rules->model));
    int64_t answer = room ? pair_and_screen(asked, neighbours, stories, rules) : NO_MEMORY;
    for (size_t place = 0; answer >= 0 && place < asked->count; place++) {
        asked->found[place] = (ScoreFound){.passages = {0, -1, -1}};
        asked->told[place] = asked->choices[place] == EQUAL ? PERHAPS_DERIVED : NOT_DERIVED;
        if (asked->choices[place] != WORTH_IT) continue;
        if (asked->pairs[place].common)
            asked->told[place] = LEFT;
        else
            answer = score_pair(asked, stories[place], measured[place], place, rules, room);
    }
    free(room);
    return answer < 0 ? answer : (int64_t)asked->count;
}
