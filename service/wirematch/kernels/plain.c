/* Whether a text is certainly as a person reads it: what wirematch.text.unmasking asks first. A text that may be disguised is
 * told from one that is by Python; here, no bound is passed that would make Python look closer. */
#include "kernel.h"

/* What a byte is, a bit each; other bytes are nothing. O, l and I are letters, and look like digits. */
enum { A_LETTER = 1, A_DIGIT = 2, A_BLANK = 4, LIKE_A_DIGIT = 8 };

static void tell_kinds(uint8_t *kinds) {
    memset(kinds, 0, 256);
    memset(kinds + '0', A_DIGIT, 10);
    memset(kinds + 'A', A_LETTER, 26);
    memset(kinds + 'a', A_LETTER, 26);
    memset(kinds + 9, A_BLANK, 5); /* as Python's str.isspace has it for ASCII */
    memset(kinds + 28, A_BLANK, 4);
    kinds[' '] = A_BLANK;
    kinds['O'] = kinds['l'] = kinds['I'] = A_LETTER | LIKE_A_DIGIT;
}

typedef struct {
    size_t row;         /* letters in a row that are several words */
    size_t apart;       /* letters in a row with one blank before, between and behind each */
    size_t within;      /* digits between two letters */
    size_t like_digits; /* letters that look like digits, beside digits */
} Signs;

typedef struct {
    const uint8_t *kinds, *text;
    size_t size;
} Told;

/* Whether a place is of this kind; before the first and behind the last, none is. */
static inline bool is_at(const Told *text, size_t at, int kind) {
    return at < text->size && text->kinds[text->text[at]] & kind;
}

/* 1 for a text of ASCII that has fewer of each of the signs, counted together, however they overlap; else 0. */
EXPORTED int64_t wirematch_is_plain(const uint8_t *bytes, size_t size, const Signs *bounds) {
    uint8_t kinds[256];
    tell_kinds(kinds);
    const Told text = {kinds, bytes, size};
    size_t within = 0, like_digits = 0, apart = 0, after_apart = SIZE_MAX;
    for (size_t at = 0; at < size;) {
        size_t start = at, before = at - 1; /* of the first, SIZE_MAX: a place behind the last */
        while (at < size && kinds[bytes[at]] & A_LETTER) at++;
        if (at > start) {
            if (at - start >= bounds->row) return 0;
            like_digits += (is_at(&text, before, A_DIGIT) && is_at(&text, start, LIKE_A_DIGIT)) +
                           (is_at(&text, at, A_DIGIT) && is_at(&text, at - 1, LIKE_A_DIGIT));
            if (at - start == 1 && is_at(&text, before, A_BLANK) && is_at(&text, at, A_BLANK)) {
                apart = before == after_apart ? apart + 1 : 1;
                after_apart = at;
                if (apart >= bounds->apart) return 0;
            }
        }
        for (; at < size && !(kinds[bytes[at]] & A_LETTER); at++) {
            if (bytes[at] >= 128) return 0;
            within += is_at(&text, at, A_DIGIT) && is_at(&text, at - 1, A_LETTER) && is_at(&text, at + 1, A_LETTER);
        }
    }
    return within < bounds->within && like_digits < bounds->like_digits;
}
