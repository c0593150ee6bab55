/* Whether a text may be written so that machines do not see what it copies: a look at each letter once, before the looks of
 * wirematch.text.unmasking, which nearly no text needs.
 */
#include "kernel.h"

/* The numbers of wirematch.text.unmasking and spacing. */
typedef struct {
    size_t spaced;       /* characters of a row of letters and blanks in turns, blanks around it ... */
    size_t unspaced;     /* ... or of letters alone that is none of plain text */
    size_t leet;         /* digits with a letter on either side */
    size_t false_digits; /* places where a digit stands beside a letter in the shape of one */
} Signs;

static bool looks_like_digit(uint8_t letter) { return letter == 'O' || letter == 'l' || letter == 'I'; }

/* `kinds` has of each byte what it is: a letter ('a'), a digit ('9'), a blank, or anything else. Gives 1 or 0. */
EXPORTED int64_t wirematch_may_be_disguised(const uint8_t *letters, size_t size, const uint8_t *kinds,
                                            const Signs *least) {
    size_t in_turns = 0, leet = 0, false_digits = 0;
    uint8_t before = 0, first = 0; /* kinds of the two before */
    for (size_t at = 0; at < size; at++) {
        uint8_t kind = kinds[letters[at]];
        if (kind == 'a') {
            /* Of letters in a row only the first has another kind before it. */
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
