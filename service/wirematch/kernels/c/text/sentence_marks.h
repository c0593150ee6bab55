/* Finds the marks that matter for sentences in one pass, and pairs quotation marks and brackets. */
#ifndef WIREMATCH_SENTENCE_MARKS_H
#define WIREMATCH_SENTENCE_MARKS_H

#include "text/sentence_text.h"

typedef enum {
    NO_MARK,
    STOP,       /* . ! ? */
    APOSTROPHE, /* or a single quotation mark */
    BACKTICK,
    QUOTE, /* symmetric */
    OPEN_DOUBLE, CLOSE_DOUBLE, OPEN_SINGLE, CLOSE_SINGLE,
    OPENER, CLOSER, /* brackets of any kind: sentencex does not distinguish them */
    LINE_END,
    AT_SIGN,
    ELLIPSIS, /* a single character; ends a sentence only if other stops follow */
    LONGER, /* the first byte of a non-ASCII character */
    LOOSE,   /* an apostrophe of no word and no quotation, once that is known */
    STRANGE, /* not decided by these files */
} Mark;

/* Marks in ASCII. */
static const uint8_t MARK_OF[128] = {
    ['.'] = STOP, ['!'] = STOP, ['?'] = STOP, ['\''] = APOSTROPHE, ['"'] = QUOTE, ['('] = OPENER, ['['] = OPENER,
    ['{'] = OPENER, ['<'] = OPENER, [')'] = CLOSER, [']'] = CLOSER, ['}'] = CLOSER, ['>'] = CLOSER, ['\n'] = LINE_END,
    ['@'] = AT_SIGN, ['`'] = BACKTICK, ['\\'] = STRANGE, [0] = STRANGE,
};

/* Positions in a paragraph, ascending, and what is there. */
typedef struct {
    int32_t *places;
    uint8_t *marks;
    size_t count, room;
    bool longer; /* whether there is any non-ASCII character */
} MarksFound;

/* The mark that begins at the first byte of a non-ASCII character, and its length. */
static Mark longer_mark(Paragraph text, size_t at, size_t *size) {
    const uint8_t *byte = text.bytes + at;
    size_t left = text.size - at;
    if (*byte >= 0xC2 && *byte <= 0xC8) {
        *size = 2;
        if (left < 2 || !is_further(byte[1])) return STRANGE;
        bool white = *byte == 0xC2 && byte[1] <= 0xA0, angular = *byte == 0xC2 && (byte[1] == 0xAB || byte[1] == 0xBB);
        return white || angular ? STRANGE : NO_MARK;
    }
    *size = 3;
    if (*byte != 0xE2 || left < 3) return STRANGE;
    if (byte[1] == 0x82) return byte[2] == 0xAC ? NO_MARK : STRANGE; /* the euro */
    if (byte[1] == 0x96) return byte[2] < 0xA0 ? NO_MARK : STRANGE; /* block elements; bullets follow them */
    if (byte[1] != 0x80) return STRANGE;
    switch (byte[2]) {
        case 0x98: return OPEN_SINGLE;
        case 0x99: return CLOSE_SINGLE;
        case 0x9C: return OPEN_DOUBLE;
        case 0x9D: return CLOSE_DOUBLE;
        case 0xA6: return ELLIPSIS;
        default: return byte[2] >= 0x90 && byte[2] <= 0x95 ? NO_MARK : STRANGE; /* dashes */
    }
}

/* Tests eight bytes at once, as most have none: where one is would be unpredictable. */
static inline bool has_no_mark(const uint8_t *bytes) {
    uint8_t high = 0, marks = 0;
    for (size_t each = 0; each < 8; each++) {
        high |= bytes[each];
        marks |= MARK_OF[bytes[each] & 0x7F];
    }
    return !marks && high < 0x80;
}

enum { LONG_ROW = 4 }; /* quotation marks in a row, which wirematch.text.sentence_cuts removes first */

/* Finds the marks of the first paragraph in `text` and reduces its size to that paragraph; returns where the next one begins,
 * or 0 if a mark is strange or there is no room for all. */
static size_t find_marks(Paragraph *text, MarksFound *found) {
    size_t at = 0, row_end = 0, row = 0;
    found->count = 0;
    while (at < text->size) {
        if (text->size - at >= 8 && has_no_mark(text->bytes + at)) {
            at += 8;
            continue;
        }
        Mark mark = text->bytes[at] < 0x80 ? MARK_OF[text->bytes[at]] : LONGER;
        if (mark == NO_MARK) {
            at++;
            continue;
        }
        size_t size = 1;
        found->longer = found->longer || mark == LONGER;
        if (mark == LONGER) mark = longer_mark(*text, at, &size);
        if (mark == STRANGE) return 0;
        if (mark == LINE_END) {
            size_t next = at + 1;
            while (next < text->size && text->bytes[next] == '\r') next++;
            if (next < text->size && text->bytes[next] == '\n') {
                text->size = at;
                return next + 1;
            }
        }
        if (mark >= APOSTROPHE && mark <= CLOSE_SINGLE) {
            row = row_end == at ? row + 1 : 1;
            row_end = at + size;
            if (row == LONG_ROW) return 0;
        }
        if (mark != NO_MARK) {
            if (found->count == found->room) return 0;
            found->places[found->count] = (int32_t)at;
            found->marks[found->count++] = (uint8_t)mark;
        }
        at += size;
    }
    return text->size;
}

/* A quotation or a pair of brackets, within which no sentence ends. */
typedef struct {
    struct {
        uint32_t start, end;
    } span;
    bool may_be_mispaired;
} Enclosed;

typedef struct {
    Enclosed *members; /* ascending, not nested; room for half as many as marks */
    size_t count;
} EnclosedFound;

/* Kinds of quotations, by their marks, that nothing closes from here on. */
typedef struct {
    bool quotes, doubles, singles;
    bool two[2][2], one[2][2]; /* from APOSTROPHE or BACKTICK to either */
} Unclosed;

static size_t next_mark(const MarksFound *found, size_t from, Mark mark) {
    while (from < found->count && found->marks[from] != mark) from++;
    return from;
}

/* As `\B'\b(?s:.*?[^\s'])'\B`: the mark that closes one or more words. */
static size_t closing_of_words(Paragraph text, const MarksFound *found, size_t opening, Mark mark) {
    size_t open = (size_t)found->places[opening];
    for (size_t each = opening + 1; each < found->count; each++) {
        size_t at = (size_t)found->places[each];
        if (found->marks[each] != mark || at < open + 2) continue;
        if (is_white(text.bytes[at - 1]) || text.bytes[at - 1] == text.bytes[at]) continue;
        if (!(kind_at(text, at + 1) & WORDLY)) return each;
    }
    return found->count;
}

/* As `(?m:^'.+?'$)`: a line that is a quotation. */
static size_t closing_of_line(Paragraph text, const MarksFound *found, size_t opening, Mark mark) {
    size_t open = (size_t)found->places[opening];
    if (open && text.bytes[open - 1] != '\n') return found->count;
    for (size_t each = opening + 1; each < found->count && found->marks[each] != LINE_END; each++) {
        size_t at = (size_t)found->places[each];
        if (found->marks[each] != mark || at < open + 2) continue;
        if (at + 1 == text.size || text.bytes[at + 1] == '\n') return each;
    }
    return found->count;
}

static bool are_two(const MarksFound *found, size_t first, Mark mark) {
    return first + 1 < found->count && found->marks[first] == mark && found->marks[first + 1] == mark &&
           found->places[first + 1] == found->places[first] + 1;
}

static size_t closing_of_two(const MarksFound *found, size_t opening, Mark mark) {
    for (size_t each = opening + 2; each + 1 < found->count; each++)
        if (are_two(found, each, mark)) return each + 1;
    return found->count;
}

/* The last mark of the quotation that an apostrophe or backtick opens, trying the alternatives in sentencex's order; the
 * number of marks if it opens none. */
static size_t closing_of_apostrophe(Paragraph text, const MarksFound *found, size_t opening, Unclosed *unclosed) {
    Mark mark = found->marks[opening];
    bool backtick = mark == BACKTICK;
    size_t open = (size_t)found->places[opening], closing = found->count;
    for (Mark close = APOSTROPHE; are_two(found, opening, mark) && close <= mark; close++) {
        bool *none = &unclosed->two[backtick][close - APOSTROPHE];
        if (!*none) closing = closing_of_two(found, opening, close);
        if (closing < found->count) return closing;
        *none = true;
    }
    bool opens = !(kind_before(text, open) & WORDLY) && (kind_at(text, open + 1) & WORDLY);
    for (Mark close = APOSTROPHE; opens && close <= mark; close++) {
        bool *none = &unclosed->one[backtick][close - APOSTROPHE];
        if (!*none) closing = closing_of_words(text, found, opening, close);
        if (closing < found->count) return closing;
        *none = true;
    }
    for (Mark close = APOSTROPHE; close <= mark && closing == found->count; close++)
        closing = closing_of_line(text, found, opening, close);
    return closing;
}

static size_t closing_mark(const MarksFound *found, size_t opening, Mark mark, bool *unclosed) {
    size_t closing = *unclosed ? found->count : next_mark(found, opening + 1, mark);
    *unclosed = closing == found->count;
    return closing;
}

/* Quotations, leftmost first, as sentencex's regular expression finds them. */
static void find_quotations(Paragraph text, const MarksFound *found, EnclosedFound *quotations) {
    Unclosed unclosed;
    memset(&unclosed, 0, sizeof unclosed);
    quotations->count = 0;
    for (size_t at = 0; at < found->count; at++) {
        size_t closing = found->count;
        switch (found->marks[at]) {
            case APOSTROPHE:
            case BACKTICK: closing = closing_of_apostrophe(text, found, at, &unclosed); break;
            case QUOTE: closing = closing_mark(found, at, QUOTE, &unclosed.quotes); break;
            case OPEN_DOUBLE: closing = closing_mark(found, at, CLOSE_DOUBLE, &unclosed.doubles); break;
            case OPEN_SINGLE: closing = closing_mark(found, at, CLOSE_SINGLE, &unclosed.singles); break;
            default: break;
        }
        if (closing == found->count) continue;
        int32_t size = found->marks[closing] <= QUOTE ? 1 : 3;
        Enclosed quotation = {{(uint32_t)found->places[at], (uint32_t)(found->places[closing] + size)}, false};
        quotations->members[quotations->count++] = quotation;
        at = closing;
    }
}

/* From any opening bracket to the next closing one, whatever their kinds. */
static void find_brackets(const MarksFound *found, EnclosedFound *brackets) {
    brackets->count = 0;
    for (size_t at = 0; at < found->count; at++) {
        if (found->marks[at] != OPENER) continue;
        size_t closing = next_mark(found, at + 1, CLOSER);
        if (closing == found->count) return;
        Enclosed bracket = {{(uint32_t)found->places[at], (uint32_t)found->places[closing] + 1}, false};
        brackets->members[brackets->count++] = bracket;
        at = closing;
    }
}

/* Whether a quotation and a pair of brackets overlap without nesting. */
static bool do_cross(const EnclosedFound *quotations, const EnclosedFound *brackets) {
    size_t other = 0;
    for (size_t at = 0; at < quotations->count; at++) {
        Excerpt quoted = {quotations->members[at].span.start, quotations->members[at].span.end};
        while (other < brackets->count && brackets->members[other].span.end <= quoted.start) other++;
        for (size_t each = other; each < brackets->count; each++) {
            Excerpt bracket = {brackets->members[each].span.start, brackets->members[each].span.end};
            if (bracket.start >= quoted.end) break;
            bool within = bracket.start > quoted.start ? bracket.end <= quoted.end : bracket.end >= quoted.end;
            if (!within) return true;
            if (bracket.end > quoted.end) break;
            other = each;
        }
    }
    return false;
}

#endif
