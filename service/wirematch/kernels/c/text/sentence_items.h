/* Where no sentence ends: at the markers of list items and within mail addresses. Whatever may be one is recognised here by
 * its form and left to sentencex.
 */
#ifndef WIREMATCH_SENTENCE_ITEMS_H
#define WIREMATCH_SENTENCE_ITEMS_H

#include "text/sentence_text.h"

static bool is_roman(uint8_t byte) {
    uint8_t small = lowered(byte);
    return small == 'i' || small == 'v' || small == 'x' || small == 'l' || small == 'c' || small == 'd' || small == 'm';
}

/* Whether a line may begin a list item: "1.", "(a)", "iv)", "-" and a blank. */
static bool may_be_item(Paragraph text, size_t at) {
    while (at < text.size && is_tab_or_space(text.bytes[at])) at++;
    size_t start = at;
    if (at < text.size && text.bytes[at] == '(') at++;
    size_t inside = at;
    if (at < text.size && is_digit(text.bytes[at]))
        while (at < text.size && is_digit(text.bytes[at])) at++;
    else
        while (at < text.size && is_roman(text.bytes[at])) at++;
    if (at == inside && at < text.size && (is_upper(text.bytes[at]) || is_lower(text.bytes[at]))) at++;
    bool bullet = at == start && at < text.size &&
                  (text.bytes[at] == '*' || text.bytes[at] == '+' || text.bytes[at] == '-');
    if (bullet) at++;
    else if (at == inside) return false;
    bool closed = bullet;
    while (at < text.size && (text.bytes[at] == '.' || text.bytes[at] == ')')) {
        closed = true;
        at++;
    }
    return closed && at < text.size && is_tab_or_space(text.bytes[at]);
}

/* Whether a bracket may close the marker of an item within a line: "1)", "(a)". */
static bool may_close_marker(Paragraph text, size_t at) {
    if (at + 1 >= text.size || !is_tab_or_space(text.bytes[at + 1])) return false;
    size_t next = at + 1, start = at, letters = 0;
    while (next < text.size && is_tab_or_space(text.bytes[next])) next++;
    if (next == text.size || is_lower(text.bytes[next])) return false;
    bool roman = true, number = true;
    while (start && text.bytes[start - 1] == '.') start--;
    for (; start && kind_of(text.bytes + start - 1) & ALPHANUMERIC; start--, letters++) {
        if (letters > LONGEST_TAIL) return true;
        roman = roman && is_roman(text.bytes[start - 1]);
        number = number && is_digit(text.bytes[start - 1]);
    }
    return letters && (letters == 1 || roman || number) && (!start || text.bytes[start - 1] < 0x80);
}

/* Whether an @ may belong to a mail address: something before it, and a name with a full stop after it. */
static bool may_be_address(Paragraph text, size_t at) {
    static const char SIGNS[] = "._%+-";
    if (!at) return false;
    uint8_t before = text.bytes[at - 1];
    if (!(is_upper(before) || continues(before) || memchr(SIGNS, before, sizeof SIGNS - 1))) return false;
    for (size_t next = at + 1; next < text.size; next++) {
        uint8_t byte = text.bytes[next];
        if (byte == '.' && next + 1 < text.size && (kind_at(text, next + 1) & ALPHABETIC || text.bytes[next + 1] == '|'))
            return true;
        if (!(is_upper(byte) || continues(byte) || byte == '.' || byte == '-')) return false;
        if (next > at + LONGEST_TAIL) return true;
    }
    return false;
}

#endif
