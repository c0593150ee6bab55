/* Finds the characters that structure a text; the kernel of wirematch.text.landmarks. */
#include "text/landmarks.h"

enum { LONG_ROW_OF_MARKS = 4 };

/* The last byte of a curly quotation mark at a position, or 0. */
static uint8_t curly_mark(const uint8_t *text, size_t size, size_t at) {
    if (size - at < 3 || text[at] != 0xE2 || text[at + 1] != 0x80) return 0;
    uint8_t last = text[at + 2];
    return last == 0x98 || last == 0x99 || last == 0x9C || last == 0x9D ? last : 0;
}

/* Two backticks or two apostrophes make a double mark. Single marks inside or after an ASCII word open nothing and are left
 * out. Of non-ASCII marks, only the curly ones are found. */
EXPORTED void wirematch_landmarks(const uint8_t *text, size_t size, Landmarks *out) {
    static const bool is_mark[256] = {['\n'] = true, ['\r'] = true, ['"'] = true, ['\''] = true, ['`'] = true, [0xE2] = true};
    size_t row = 0; /* quotation marks immediately before */
    bool first_of_pair = false;
    out->line_end_count = out->double_mark_count = out->single_mark_count = 0;
    out->long_rows = 0;
    for (size_t at = 0; at < size; at++) {
        if (size - at >= 8 && !(is_mark[text[at]] | is_mark[text[at + 1]] | is_mark[text[at + 2]] | is_mark[text[at + 3]] |
                                is_mark[text[at + 4]] | is_mark[text[at + 5]] | is_mark[text[at + 6]] | is_mark[text[at + 7]])) {
            row = 0;
            first_of_pair = false;
            at += 7;
            continue;
        }
        uint8_t byte = text[at];
        if (!is_mark[byte]) { /* nearly all bytes; blanks included, as they would be unpredictable */
            row = 0;
            first_of_pair = false;
            continue;
        }
        if (byte == '\n' || byte == '\r') {
            out->line_ends[out->line_end_count++] = (int32_t)at;
            row = 0;
            first_of_pair = false;
            continue;
        }
        uint8_t curly = curly_mark(text, size, at);
        if (byte == 0xE2 && !curly) {
            row = 0;
            first_of_pair = false;
            continue;
        }
        if (++row >= LONG_ROW_OF_MARKS) out->long_rows = 1;
        if (curly) {
            if (curly >= 0x9C) out->double_marks[out->double_mark_count++] = (int32_t)at;
            if (curly == 0x98) out->single_marks[out->single_mark_count++] = (int32_t)at;
            first_of_pair = false;
            at += 2;
            continue;
        }
        if (byte == '"') {
            out->double_marks[out->double_mark_count++] = (int32_t)at;
            first_of_pair = false;
            continue;
        }
        bool pair = at + 1 < size && text[at + 1] == byte;
        /* Of three in a row, the first two make a mark, and the second does not begin another one ... */
        bool begins = pair && !first_of_pair;
        if (begins) out->double_marks[out->double_mark_count++] = (int32_t)at;
        first_of_pair = pair;
        if (byte == '\'' && !(at && (is_wordly(text[at - 1]) || text[at - 1] == '\'')))
            out->single_marks[out->single_mark_count++] = (int32_t)at;
    }
}
