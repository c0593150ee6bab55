/* A quick test whether a text may be disguised: one look at each letter, instead of the searches of wirematch.text.unmasking,
 * which hardly any text needs.
 */
#include "kernel.h"

/* The thresholds of wirematch.text.unmasking and spacing. */
typedef struct {
    size_t spaced;       /* characters in a run of alternating letters and blanks, with blanks around it ... */
    size_t unspaced;     /* ... or letters in a row, beyond what plain text has */
    size_t leet;         /* digits between letters */
    size_t false_digits; /* pairs of a digit and a letter that looks like one */
} Signs;

static bool looks_like_digit(uint8_t letter) { return letter == 'O' || letter == 'l' || letter == 'I'; }

/* `kinds` maps each byte to 'a' for a letter, '9' for a digit, a blank, or anything else. Returns 1 or 0. */
EXPORTED int64_t wirematch_may_be_disguised(const uint8_t *letters, size_t size, const uint8_t *kinds,
                                            const Signs *least) {
    size_t in_turns = 0, leet = 0, false_digits = 0;
    uint8_t before = 0, first = 0; /* kinds of the two bytes before */
    for (size_t at = 0; at < size; at++) {
        uint8_t kind = kinds[letters[at]];
        if (kind == 'a') {
            /* Within a run of letters, only the first one has another kind before it. */
            size_t start = at;
            while (at + 1 < size && kinds[letters[at + 1]] == 'a') at++;
            in_turns = before == ' ' && at == start ? in_turns + 1 : 0;
            leet += before == '9' && first == 'a';
            false_digits += before == '9' && looks_like_digit(letters[start]);
            if (at - start + 1 >= least->unspaced || leet >= least->leet) return 1;
            first = at > start ? 'a' : before;
        } else {
            if (kind == ' ')
                in_turns = before == 'a' && in_turns ? in_turns + 1 : 1;
            else
                in_turns = 0;
            false_digits += kind == '9' && at && looks_like_digit(letters[at - 1]);
            if (in_turns >= least->spaced) return 1;
            first = before;
        }
        if (false_digits >= least->false_digits) return 1;
        before = kind;
    }
    return 0;
}
