/* Whether a full stop, question mark or exclamation mark ends a sentence, by its context. */
#ifndef WIREMATCH_SENTENCE_ENDS_H
#define WIREMATCH_SENTENCE_ENDS_H

#include "text/sentence_text.h"
#include "text/sentence_words.h"

/* Positions are below INT32_MAX; these answers are no positions. */
enum { ENDS_NOT = -1, NOT_DECIDED = -2 };

enum { MOST_LEAD = 400 }; /* bytes of a paragraph that are examined before a marker */

/* Skips one closing quotation mark of a symmetric kind, if there is one. */
static size_t past_closing_mark(Paragraph text, Excerpt ahead) {
    size_t at = after_white(text, ahead);
    if (at == ahead.end || !is_same_on_both_sides(text.bytes[at])) return at;
    bool two = text.bytes[at] != '"' && at + 1 < ahead.end && text.bytes[at + 1] == text.bytes[at];
    return after_white(text, (Excerpt){at + (two ? 2 : 1), ahead.end});
}

static bool continues_at_once(Paragraph text, Excerpt ahead) {
    if (ahead.start < ahead.end && continues(text.bytes[ahead.start])) return true;
    size_t at = past_closing_mark(text, ahead);
    return at < ahead.end && text.bytes[at] == ',';
}

/* As `^\W*[0-9a-z]`. */
static bool continues_after_signs(Paragraph text, Excerpt ahead) {
    size_t at = ahead.start;
    while (at < ahead.end && !(kind_of(text.bytes + at) & WORDLY)) {
        do at++;
        while (at < ahead.end && is_further(text.bytes[at]));
    }
    return at < ahead.end && continues(text.bytes[at]);
}

/* How much of what is ahead belongs to a sentence that ends with a quotation; negative if the sentence goes on. */
static int64_t extension(Paragraph text, Excerpt ahead) {
    Excerpt trimmed = {after_white(text, ahead), ahead.end};
    if (continues_at_once(text, trimmed) || continues_after_signs(text, ahead)) return ENDS_NOT;
    size_t at = ahead.start;
    while (at < ahead.end && (is_white(text.bytes[at]) || is_stop(text.bytes[at]))) at++;
    return (int64_t)(at - ahead.start);
}

static bool begins_with_starter(Paragraph text, Excerpt ahead) {
    size_t start = after_white(text, ahead), end = start;
    while (end < ahead.end && !is_white(text.bytes[end]) && text.bytes[end] != ',' && !is_stop(text.bytes[end])) end++;
    return IS_LISTED(STARTERS, text.bytes + start, end - start);
}

static bool is_small_word_of(const char *const *list, size_t count, Paragraph text, Excerpt word) {
    uint8_t small[LONGEST_LISTED];
    if (size_of(word) > LONGEST_LISTED) return false;
    for (size_t at = word.start; at < word.end; at++) small[at - word.start] = lowered(text.bytes[at]);
    return is_listed(list, count, small, size_of(word));
}

static bool is_abbreviation(Paragraph text, Excerpt word) {
    if (!size_of(word) || size_of(word) > LONGEST_ABBREVIATION) return false;
    uint8_t first = lowered(text.bytes[word.start]), last = lowered(text.bytes[word.end - 1]);
    if (!is_lower(first) || !is_lower(last) || !(ENDS_OF_ABBREVIATIONS[first - 'a'] >> (last - 'a') & 1)) return false;
    return is_small_word_of(ABBREVIATIONS, sizeof ABBREVIATIONS / sizeof *ABBREVIATIONS, text, word);
}

/* An abbreviation such as "w.e.f"; `last` is what follows its last full stop. */
static bool is_dotted_abbreviation(Paragraph text, size_t end, Excerpt last) {
    Excerpt whole = tail_of(text, end, true);
    return size_of(whole) > size_of(last) && !is_long(whole) && is_abbreviation(text, whole);
}

static bool is_one_capital(Paragraph text, Excerpt word) {
    return size_of(word) == 1 && is_upper(text.bytes[word.start]);
}

static bool begins_with_initial(Paragraph text, Excerpt ahead) {
    size_t at = after_white(text, ahead);
    if (at + 1 >= ahead.end || !is_upper(text.bytes[at]) || text.bytes[at + 1] != '.') return false;
    return at + 2 == ahead.end || is_white(text.bytes[at + 2]);
}

/* The "W." of "George W. Bush", the "J." of "J. R. Long". */
static int64_t is_initial_of_name(Paragraph text, Excerpt last, Excerpt ahead) {
    if (!is_one_capital(text, last)) return false;
    size_t end = last.start;
    while (end && (is_white(text.bytes[end - 1]) || text.bytes[end - 1] == '.' || text.bytes[end - 1] == '/')) end--;
    Excerpt before = tail_of(text, end, false);
    if (is_long(before)) return NOT_DECIDED;
    if (size_of(before) && is_upper(text.bytes[before.start])) return true;
    return begins_with_initial(text, ahead);
}

enum { LONGEST_MARKER = 5 };

/* Whether a blank or a digit is near enough for a marker to follow it. */
static bool may_be_marker(Paragraph text, size_t end) {
    if (end <= LONGEST_MARKER) return true;
    for (size_t each = 3; each <= LONGEST_MARKER + 1; each++)
        if (is_white(text.bytes[end - each]) || is_digit(text.bytes[end - each])) return true;
    return false;
}

/* The marker at the end of what precedes `end`, and its start; NULL for none. */
static const TrailingMarker *marker_before(Paragraph text, size_t end, size_t *start) {
    end = before_white(text, end);
    if (!may_be_marker(text, end)) return NULL;
    for (size_t each = 0; each < sizeof TRAILING_MARKERS / sizeof *TRAILING_MARKERS; each++) {
        const TrailingMarker *marker = &TRAILING_MARKERS[each];
        if (marker->size > end) continue;
        const uint8_t *tail = text.bytes + end - marker->size;
        if (lowered(tail[marker->size - 1]) != lowered((uint8_t)marker->suffix[marker->size - 1])) continue;
        size_t same = 0;
        for (; same < marker->size; same++) {
            uint8_t wanted = (uint8_t)marker->suffix[same];
            if (marker->ignores_case ? lowered(tail[same]) != lowered(wanted) : tail[same] != wanted) break;
        }
        if (same < marker->size) continue;
        size_t before = end - marker->size;
        if (marker->needs_digit) {
            size_t number = before_white(text, before);
            if (!number || !is_digit(text.bytes[number - 1])) continue;
        } else if (before && !is_white(text.bytes[before - 1]) && !is_digit(text.bytes[before - 1])) {
            continue;
        }
        *start = before;
        return marker;
    }
    return NULL;
}

/* Whether the last word before a marker and its number is capitalised. */
static int64_t is_behind_a_name(Paragraph text, size_t end) {
    while (end && (is_digit(text.bytes[end - 1]) || text.bytes[end - 1] == ':' || is_white(text.bytes[end - 1]))) end--;
    size_t start = end;
    while (start && !is_white(text.bytes[start - 1])) {
        if (end - start > LONGEST_TAIL) return NOT_DECIDED;
        start--;
    }
    return start < end && is_upper(text.bytes[start]);
}

static bool separates(const uint8_t *byte) {
    return is_white(*byte) || *byte == ',' || *byte == ';';
}

/* Whether a character can only belong to the current word: neither a dash nor a mark that may open a quotation. */
static bool is_of_word(Paragraph text, size_t start, size_t at) {
    uint8_t byte = text.bytes[at];
    if (byte == '\'') return kind_before(text, at) & kind_at(text, at + 1) & ALPHANUMERIC;
    if (byte < 0x80) return !is_same_on_both_sides(byte);
    if (at == start) return false;
    if (byte == 0xE2) return text.bytes[at + 1] == 0x80 && text.bytes[at + 2] == 0x99;
    return true;
}

/* Whether a word may be one of the three abbreviations that are not listed, which have letters beyond ASCII. */
static bool may_be_number_sign(Paragraph text, Excerpt last) {
    if (!size_of(last) || size_of(last) > 5 || lowered(text.bytes[last.start]) != 'n') return false;
    for (size_t at = last.start; at < last.end; at++)
        if (text.bytes[at] >= 0x80) return true;
    return false;
}

/* Whether only what may open a sentence precedes a marker: numbers, names, and words for a time. */
static int64_t is_lead(Paragraph text, size_t end) {
    for (size_t at = 0; at < end;) {
        if (at > MOST_LEAD) return NOT_DECIDED;
        if (separates(text.bytes + at)) {
            at++;
            continue;
        }
        Excerpt word = {at, at};
        bool number = true;
        for (; word.end < end && !separates(text.bytes + word.end); word.end++) {
            uint8_t byte = text.bytes[word.end];
            if (word.end > MOST_LEAD || !is_of_word(text, word.start, word.end)) return NOT_DECIDED;
            if (byte != '.' && byte != ':' && !is_digit(byte)) number = false;
        }
        at = word.end;
        while (word.end > word.start && text.bytes[word.end - 1] == '.') word.end--;
        if (number && memchr(text.bytes + word.start, '.', size_of(word))) number = false;
        if (!size_of(word) || number || is_upper(text.bytes[word.start])) continue;
        if (is_small_word_of(FRONTING, sizeof FRONTING / sizeof *FRONTING, text, word)) continue;
        if (may_be_number_sign(text, word)) return NOT_DECIDED;
        if (!is_abbreviation(text, word)) return false;
    }
    return true;
}

/* Whether a sentence ends after a marker, despite the marker. */
static int64_t ends_at_marker(Paragraph text, const TrailingMarker *marker, size_t start, Excerpt ahead, bool starter) {
    size_t at = after_white(text, ahead);
    if (at == ahead.end) return false;
    uint8_t first = text.bytes[at];
    if (first >= 0x80) return NOT_DECIDED;
    if (is_digit(first)) return marker->breaks_before_digit;
    if (!is_upper(first) || (at + 1 < ahead.end && text.bytes[at + 1] == '.')) return false;
    if (starter) return true;
    int64_t named = is_behind_a_name(text, start);
    if (named) return named < 0 ? named : false;
    int64_t lead = is_lead(text, start);
    return lead < 0 ? lead : !lead;
}

/* Whether the full stop belongs to the word before it. */
static int64_t belongs_to_word(Paragraph text, size_t stop, Excerpt last, Excerpt ahead) {
    int64_t initial = is_initial_of_name(text, last, ahead);
    if (initial < 0) return initial;
    bool kept = initial || is_abbreviation(text, last);
    size_t start = 0;
    const TrailingMarker *marker = marker_before(text, stop, &start);
    if (!kept && !marker) return false;
    bool starter = begins_with_starter(text, ahead);
    if (marker) {
        int64_t ends = ends_at_marker(text, marker, start, ahead, starter);
        if (ends) return ends < 0 ? ends : false;
    }
    if (!starter) return true;
    if (is_long(last)) return NOT_DECIDED;
    if (size_of(last) && is_upper(text.bytes[last.start])) return false;
    if (is_dotted_abbreviation(text, stop, last)) return false;
    bool small = size_of(last) > 1 && IS_LISTED(ABBREVIATIONS, text.bytes + last.start, size_of(last));
    return !small;
}

/* As in "7.Bg5" (a chess move) and "2.a4" (a section). */
static bool is_numbered_token(Paragraph text, size_t stop, Excerpt ahead) {
    if (!stop || !is_digit(text.bytes[stop - 1]) || !(kind_at(text, ahead.start) & ALPHABETIC)) return false;
    for (size_t at = ahead.start; at < ahead.end; at++)
        if (is_digit(text.bytes[at])) return true;
    return false;
}

/* As `^\s+[0-9a-z]`, or a single 'I'. */
static int64_t goes_on_after_dots(Paragraph text, Excerpt ahead) {
    size_t at = after_white(text, ahead);
    if (at == ahead.start || at == ahead.end) return false;
    if (continues(text.bytes[at])) return true;
    if (text.bytes[at] != 'I') return false;
    if (at + 1 == ahead.end) return true;
    uint8_t next = text.bytes[at + 1];
    return is_white(next) || next == '\'' || (next == 0xE2 && text.bytes[at + 2] == 0x80 && text.bytes[at + 3] == 0x99);
}

/* "[1]" after a sentence. */
static bool has_reference(Paragraph text, Excerpt ahead) {
    size_t at = after_white(text, ahead);
    return at + 1 < ahead.end && text.bytes[at] == '[' && is_digit(text.bytes[at + 1]);
}

static bool is_shout(Paragraph text, Excerpt last) {
    static const char *const SHOUTS[] = {"Yahoo", "Yum"};
    return IS_LISTED(SHOUTS, text.bytes + last.start, size_of(last));
}

/* Where the next sentence begins after the marks of `stop`, ignoring quotations and brackets; ENDS_NOT or NOT_DECIDED. */
static int64_t next_sentence(Paragraph text, Excerpt stop) {
    Excerpt ahead = ahead_of(text, stop.end);
    if (has_reference(text, ahead)) return NOT_DECIDED;
    uint8_t before = stop.start ? text.bytes[stop.start - 1] : 0;
    bool spaced = stop.start && is_white(before);
    if (size_of(stop) > 1) {
        if (goes_on_after_dots(text, ahead)) return ENDS_NOT;
        if (stop.start && !spaced && ahead.start < ahead.end && continues(text.bytes[ahead.start])) return ENDS_NOT;
    } else if (continues_at_once(text, ahead)) {
        return ENDS_NOT;
    } else if (text.bytes[stop.start] != '.' && is_tab_or_space(before) && continues_after_signs(text, ahead)) {
        return ENDS_NOT;
    }
    Excerpt last = tail_of(text, stop.start, false);
    if (size_of(stop) == 1 && text.bytes[stop.start] == '.') {
        if (may_be_number_sign(text, last)) return NOT_DECIDED;
        if (is_numbered_token(text, stop.start, ahead)) return ENDS_NOT;
        int64_t belongs = belongs_to_word(text, stop.start, last, ahead);
        if (belongs) return belongs < 0 ? belongs : ENDS_NOT;
    }
    if (is_shout(text, last)) return ENDS_NOT;
    return (int64_t)after_white(text, ahead);
}

/* Whether a full stop ends a sentence even if it may be within a quotation, whose marks may be mispaired. */
static int64_t ends_strongly(Paragraph text, Excerpt stop) {
    if (size_of(stop) != 1 || text.bytes[stop.start] != '.') return false;
    Excerpt ahead = ahead_of(text, stop.end), last = tail_of(text, stop.start, false);
    size_t at = after_white(text, ahead);
    if (at == ahead.end || !is_upper(text.bytes[at])) return false;
    if (!size_of(last) || is_one_capital(text, last) || is_abbreviation(text, last)) return false;
    if (is_long(last)) return NOT_DECIDED;
    if (is_dotted_abbreviation(text, stop.start, last)) return false;
    const uint8_t *word = text.bytes + last.start;
    if (size_of(last) == 1 && is_same_on_both_sides(*word)) return true;
    if (size_of(last) == 2 && word[0] == word[1] && (*word == '\'' || *word == '`')) return true;
    return begins_with_starter(text, ahead);
}

#endif
