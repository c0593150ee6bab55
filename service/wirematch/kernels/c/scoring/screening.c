/* Decides which of many stories are worth measuring; the kernel of wirematch.matching.choosing. */
#include "scoring/screening.h"

static bool are_equal(const Text *mine, const Text *theirs) {
    return mine->size == theirs->size && !memcmp(mine->words, theirs->words, mine->size * sizeof *mine->words);
}

/* The most similar story not taken yet, the first of equals; `count` if none is left. */
static size_t most_similar(const double *alike, const uint8_t *taken, size_t count) {
    size_t best = count;
    for (size_t at = 0; at < count; at++)
        if (!taken[at] && (best == count || alike[at] > alike[best])) best = at;
    return best;
}

/* The similarity of each of `count` stories to a submission, and what to do with it; `pairs` are their event facts. */
EXPORTED int64_t wirematch_screen(const Form *submission, const Form *const *stories, size_t count,
                                  const PairInEvent *pairs, const ScreeningRules *rules, double *alike,
                                  uint8_t *choices) {
    const Outline **outlines = malloc((count + 1) * sizeof *outlines);
    if (!outlines) return NO_MEMORY;
    for (size_t at = 0; at < count; at++) outlines[at] = &stories[at]->outline;
    int64_t answer = wirematch_likeness(&submission->outline, outlines, count, alike);
    free(outlines);
    if (answer < 0) return answer;
    const Text *mine = submission->given.text;
    memset(choices, UNLIKELY, count);
    for (size_t at = 0; at < count; at++)
        if (!mine->size || !stories[at]->given.text->size) alike[at] = 0;
    bool all = rules->at_least >= 0 && (size_t)rules->at_least >= count;
    for (int64_t taken = 0; !all && taken < rules->at_least; taken++) choices[most_similar(alike, choices, count)] = WORTH_IT;
    for (size_t at = 0; at < count; at++) {
        double least = all || choices[at] ? rules->related : rules->worth_measuring;
        choices[at] = alike[at] >= least || pairs[at].excerpt ? WORTH_IT : UNLIKELY;
        if (choices[at] && are_equal(mine, stories[at]->given.text)) choices[at] = EQUAL;
    }
    return (int64_t)count;
}
