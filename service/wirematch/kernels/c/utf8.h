/* Validates UTF-8 by Unicode's table of well-formed sequences: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
#ifndef WIREMATCH_UTF8_H
#define WIREMATCH_UTF8_H

#include "kernel.h"

/* Bytes still to be read. */
typedef struct {
    const uint8_t *at, *end;
} Rest;

static inline bool lies_within(uint8_t byte, uint8_t least, uint8_t most) { return byte >= least && byte <= most; }

static inline size_t further_bytes(uint8_t first) {
    if (lies_within(first, 0xC2, 0xDF)) return 1;
    if (lies_within(first, 0xE0, 0xEF)) return 2;
    return lies_within(first, 0xF0, 0xF4) ? 3 : 0;
}

/* Skips a multi-byte character if it is well-formed. */
static inline bool pass_character(Rest *rest) {
    uint8_t first = *rest->at;
    size_t more = further_bytes(first);
    if (!more || (size_t)(rest->end - rest->at) <= more) return false;
    uint8_t least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    uint8_t most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (!lies_within(rest->at[1], least, most)) return false;
    for (size_t each = 2; each <= more; each++)
        if (!lies_within(rest->at[each], 0x80, 0xBF)) return false;
    rest->at += more + 1;
    return true;
}

static inline bool is_utf8(const uint8_t *bytes, size_t size) {
    Rest rest = {bytes, bytes + size};
    while (rest.at < rest.end) {
        if (*rest.at < 0x80)
            rest.at++;
        else if (!pass_character(&rest))
            return false;
    }
    return true;
}

#endif
