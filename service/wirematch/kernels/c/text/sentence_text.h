/* A paragraph that is split into sentences, and the classes of its characters in sentencex (English, 1.0.32), whose rules the
 * files sentence_*.h and segments.c implement for Latin letters. Whatever they do not decide is left to sentencex.
 */
#ifndef WIREMATCH_SENTENCE_TEXT_H
#define WIREMATCH_SENTENCE_TEXT_H

#include "kernel.h"

typedef struct {
    const uint8_t *bytes; /* UTF-8; segments.c has checked that it contains only characters that are known here */
    size_t size;
} Paragraph;

enum { LOOKED_AHEAD = 30 }; /* bytes, rounded up to whole characters */

/* White space in Rust's sense, within ASCII; no other white space occurs in a paragraph. */
static inline bool is_white(uint8_t byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }
static inline bool is_tab_or_space(uint8_t byte) { return byte == ' ' || byte == '\t'; }
static inline bool is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }
static inline bool is_upper(uint8_t byte) { return byte >= 'A' && byte <= 'Z'; }
static inline bool is_lower(uint8_t byte) { return byte >= 'a' && byte <= 'z'; }
static inline bool is_stop(uint8_t byte) { return byte == '.' || byte == '!' || byte == '?'; }
static inline bool is_further(uint8_t byte) { return (byte & 0xC0) == 0x80; }
static inline bool continues(uint8_t byte) { return is_lower(byte) || is_digit(byte); }
static inline bool is_same_on_both_sides(uint8_t byte) { return byte == '"' || byte == '\'' || byte == '`'; }
static inline uint8_t lowered(uint8_t byte) { return is_upper(byte) ? byte + ('a' - 'A') : byte; }

/* Whether a character matches `\w`, `char::is_alphanumeric`, both or neither. */
enum { WORDLY = 1, ALPHANUMERIC = 2, ALPHABETIC = 4 };

static inline int kind_of(const uint8_t *first) {
    uint8_t byte = *first;
    if (is_upper(byte) || is_lower(byte)) return WORDLY | ALPHANUMERIC | ALPHABETIC;
    if (is_digit(byte)) return WORDLY | ALPHANUMERIC;
    if (byte == '_') return WORDLY;
    if (byte < 0xC2 || byte >= 0xE0) return 0; /* ASCII, or punctuation of three bytes */
    uint8_t second = first[1];
    if (byte == 0xC2) {
        if (second == 0xAA || second == 0xB5 || second == 0xBA) return WORDLY | ALPHANUMERIC | ALPHABETIC;
        bool number = second == 0xB2 || second == 0xB3 || second == 0xB9 || (second >= 0xBC && second <= 0xBE);
        return number ? ALPHANUMERIC : 0;
    }
    bool sign = byte == 0xC3 && (second == 0x97 || second == 0xB7); /* multiplication and division signs */
    return sign ? 0 : WORDLY | ALPHANUMERIC | ALPHABETIC;
}

static inline int kind_before(Paragraph text, size_t at) {
    if (!at) return 0;
    do at--;
    while (at && is_further(text.bytes[at]));
    return kind_of(text.bytes + at);
}

static inline int kind_at(Paragraph text, size_t at) { return at < text.size ? kind_of(text.bytes + at) : 0; }

/* `[start, end)` of a paragraph. */
typedef struct {
    size_t start, end;
} Excerpt;

static inline size_t size_of(Excerpt piece) { return piece.end - piece.start; }

/* The stretch that may be examined after a position. */
static inline Excerpt ahead_of(Paragraph text, size_t at) {
    size_t end = text.size - at <= LOOKED_AHEAD ? text.size : at + LOOKED_AHEAD;
    while (end < text.size && is_further(text.bytes[end])) end++;
    return (Excerpt){at, end};
}

static inline size_t after_white(Paragraph text, Excerpt piece) {
    while (piece.start < piece.end && is_white(text.bytes[piece.start])) piece.start++;
    return piece.start;
}

static inline size_t before_white(Paragraph text, size_t end) {
    while (end && is_white(text.bytes[end - 1])) end--;
    return end;
}

enum { LONGEST_TAIL = 40 }; /* bytes of a word; no word that matters has as many */

/* The word that ends at a position, ignoring white space: what follows the last white space, slash or, unless `whole`, full
 * stop. Of a longer word only the last bytes, which is enough to tell that it is long. */
static inline Excerpt tail_of(Paragraph text, size_t end, bool whole) {
    end = before_white(text, end);
    size_t start = end;
    while (start && end - start <= LONGEST_TAIL) {
        uint8_t byte = text.bytes[start - 1];
        if (is_white(byte) || byte == '/' || (byte == '.' && !whole)) break;
        start--;
    }
    return (Excerpt){start, end};
}

static inline bool is_long(Excerpt tail) { return size_of(tail) > LONGEST_TAIL; }

#endif
