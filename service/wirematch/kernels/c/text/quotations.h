/* Finds what stands between double quotation marks, where no mark is in doubt: `plain_quotations` of wirematch.text.quotations.
 */
#ifndef WIREMATCH_QUOTATIONS_H
#define WIREMATCH_QUOTATIONS_H

#include "text/landmarks.h"
#include "text/sentence_text.h"

enum { EN_DASH = 0x93, EM_DASH = 0x94, LEFT_SINGLE = 0x98, RIGHT_SINGLE = 0x99, LEFT_DOUBLE = 0x9C, RIGHT_DOUBLE = 0x9D, DOTS = 0xA6 };

/* White space in Python's sense. */
static bool is_blank(uint8_t byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r') || (byte >= 0x1C && byte <= 0x1F); }

/* The last byte of a three-byte mark that begins with E2 80, or 0. */
static uint8_t mark_at(Paragraph text, size_t at) {
    return at < text.size && text.bytes[at] == 0xE2 && text.bytes[at + 1] == 0x80 ? text.bytes[at + 2] : 0;
}

static inline bool is_dash_or_quotation(uint8_t mark) {
    return mark == EN_DASH || mark == EM_DASH || mark == LEFT_SINGLE || mark == RIGHT_SINGLE || mark == LEFT_DOUBLE ||
           mark == RIGHT_DOUBLE;
}

/* Whether what precedes a mark lets it begin a quotation. */
static bool may_begin(Paragraph text, size_t mark) {
    if (!mark) return true;
    uint8_t before = text.bytes[mark - 1];
    if (before < 0x80) return is_blank(before) || (before && strchr("\"'`([{-/", before));
    return mark >= 3 && is_dash_or_quotation(mark_at(text, mark - 3));
}

/* Whether what follows a mark lets it end a quotation, or it may stand for inches. */
static bool may_end(Paragraph text, size_t mark) {
    uint8_t shape = text.bytes[mark];
    size_t next = mark + (shape == '"' ? 1 : shape < 0x80 ? 2 : 3);
    if (next >= text.size || (shape == '"' && mark && is_digit(text.bytes[mark - 1]))) return true;
    uint8_t after = text.bytes[next];
    if (after < 0x80) return is_blank(after) || (after && strchr("\"'`.,;:!?)]}-/", after));
    return is_dash_or_quotation(mark_at(text, next)) || mark_at(text, next) == DOTS;
}

/* Whether nothing contradicts that a mark begins a quotation, or that it ends one. */
static bool is_plain(Paragraph text, size_t mark, bool ends) {
    bool first = may_begin(text, mark), last = may_end(text, mark);
    uint8_t shape = mark_at(text, mark);
    if (ends) return shape != LEFT_DOUBLE && text.bytes[mark] != '`' && (last || !first);
    return shape != RIGHT_DOUBLE && (first || !last);
}

/* Writes starts and ends, alternating; returns how many numbers, or NOT_READABLE if Python has to weigh the marks. */
static int64_t find_double_quotations(Paragraph text, const Landmarks *marks, size_t break_count, int32_t *quotations) {
    size_t number = 0;
    int64_t count = 0;
    for (size_t each = 0; each <= break_count; each++) {
        int32_t edge = each < break_count ? marks->line_ends[each] : (int32_t)text.size;
        bool inside = false;
        for (; number < marks->double_mark_count && marks->double_marks[number] < edge; number++, inside = !inside) {
            if (!is_plain(text, (size_t)marks->double_marks[number], inside)) return NOT_READABLE;
            quotations[count++] = marks->double_marks[number];
        }
        if (!inside) continue; /* else the next paragraph must take the speech up with a mark of its own */
        if (number == marks->double_mark_count || marks->double_marks[number] != edge) return NOT_READABLE;
        quotations[count++] = edge;
    }
    return count;
}

#endif
