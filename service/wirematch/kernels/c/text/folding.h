/* Folding of Latin text: each character becomes a single one, by a table of replacements and kinds. */
#ifndef WIREMATCH_FOLDING_H
#define WIREMATCH_FOLDING_H

#include "text/reading.h"

/* The characters that may occur, in ranges; Python fills the table for them. */
enum { LATIN_END = 0x300, MARKS = 0x2000, MARKS_END = 0x2070, MONEY = 0x20A0, MONEY_END = 0x20D0 };
enum { SHAPES = 0x2500, SHAPES_END = 0x2600 }; /* block elements and bullets, which pages put before and between lines */
enum { MARKS_AT = LATIN_END, MONEY_AT = MARKS_AT + MARKS_END - MARKS, SHAPES_AT = MONEY_AT + MONEY_END - MONEY };
enum { CHARACTERS = SHAPES_AT + SHAPES_END - SHAPES };

/* A letter, a digit, a capital as submitted; FURTHER: a continuation byte. */
enum { LETTER = 1, DIGIT = 2, CAPITAL = 4, READABLE = 8, FURTHER = 16 };

static inline int32_t place_of(uint32_t point) {
    if (point < LATIN_END) return (int32_t)point;
    if (point >= MARKS && point < MARKS_END) return (int32_t)(point - MARKS + MARKS_AT);
    if (point >= MONEY && point < MONEY_END) return (int32_t)(point - MONEY + MONEY_AT);
    if (point >= SHAPES && point < SHAPES_END) return (int32_t)(point - SHAPES + SHAPES_AT);
    return -1;
}

/* Decodes the code point at `*at` and advances; beyond all readable ones if the bytes are not UTF-8 of up to three bytes. */
static inline uint32_t next_point(const uint8_t *text, size_t size, size_t *at) {
    uint32_t first = text[(*at)++];
    if (first < 0x80) return first;
    size_t more = first >= 0xC2 && first < 0xE0 ? 1 : first >= 0xE0 && first < 0xF0 ? 2 : 0;
    if (!more || size - *at < more) return UINT32_MAX;
    uint32_t point = first & (more == 1 ? 0x1Fu : 0x0Fu);
    while (more--) {
        uint32_t byte = text[(*at)++];
        if ((byte & 0xC0) != 0x80) return UINT32_MAX;
        point = point << 6 | (byte & 0x3F);
    }
    return point;
}

/* A folded text in UTF-8: each byte's kind of character, and a bit for letters and digits, so that ends of words are found 64
 * bytes at a time. */
typedef struct {
    uint8_t *letters, *kinds;
    uint64_t *wordly;
    size_t size;
    bool ascii;
} Folded;

static inline void put(Folded *text, uint8_t letter, uint8_t kind) {
    size_t at = text->size++;
    text->letters[at] = letter;
    text->kinds[at] = kind;
    text->wordly[at >> 6] |= (uint64_t)((kind & (LETTER | DIGIT)) != 0) << (at & 63);
}

static void put_longer(Folded *text, Character character) {
    uint8_t kind = (uint8_t)character.kind, further = (uint8_t)((kind & ~CAPITAL) | FURTHER);
    uint16_t folded = character.folded;
    text->ascii = false;
    if (folded < 0x800) {
        put(text, (uint8_t)(0xC0 | folded >> 6), kind);
    } else {
        put(text, (uint8_t)(0xE0 | folded >> 12), kind);
        put(text, (uint8_t)(0x80 | (folded >> 6 & 0x3F)), further);
    }
    put(text, (uint8_t)(0x80 | (folded & 0x3F)), further);
}

/* The usual table's entry for an ASCII character. */
static inline Character usual_character(uint8_t letter) {
    bool capital = (uint8_t)(letter - 'A') < 26, small = (uint8_t)(letter - 'a') < 26, digit = (uint8_t)(letter - '0') < 10;
    uint8_t folded = (uint8_t)(letter + ('a' - 'A') * capital);
    folded = letter == '\t' ? ' ' : letter == '`' ? '\'' : folded;
    return (Character){folded, (uint8_t)(READABLE | (capital | small) * LETTER | digit * DIGIT | capital * CAPITAL)};
}

static bool is_usual(const Character *table) {
    bool usual = true;
    for (int letter = 0; letter < 0x80; letter++) {
        Character expected = usual_character((uint8_t)letter);
        usual &= (table[letter].folded == expected.folded) & (table[letter].kind == expected.kind);
    }
    return usual;
}

enum { ABREAST = 64 };

/* Packs flags that are 0 or 1 into bits. */
static inline uint64_t flags_as_bits(const uint8_t *flags) {
    uint64_t bits = 0;
    for (int first = 0; first < ABREAST; first += 8) {
        uint64_t eight = 0;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        memcpy(&eight, flags + first, sizeof eight);
#else
        for (int each = 0; each < 8; each++) eight |= (uint64_t)flags[first + each] << 8 * each;
#endif
        bits |= (eight * UINT64_C(0x0102040810204080) >> 56) << first; /* gathers bit 0 of all bytes */
    }
    return bits;
}

/* Folds ABREAST bytes at once, without the table, and returns how many of them precede the first byte that is not ASCII; what
 * is written behind these is overwritten later. */
static inline size_t fold_ascii(const uint8_t *text, Folded *found) {
    uint8_t *letters = found->letters + found->size, *kinds = found->kinds + found->size, wordly[ABREAST], beyond[ABREAST];
    for (int each = 0; each < ABREAST; each++) {
        Character character = usual_character(text[each]);
        letters[each] = (uint8_t)character.folded;
        kinds[each] = (uint8_t)character.kind;
        wordly[each] = (character.kind & (LETTER | DIGIT)) != 0;
        beyond[each] = text[each] >> 7;
    }
    uint64_t ends = flags_as_bits(beyond), bits = flags_as_bits(wordly);
    size_t count = ends ? (size_t)__builtin_ctzll(ends) : ABREAST, block = found->size >> 6, shift = found->size & 63;
    if (!count) return 0;
    bits &= ~UINT64_C(0) >> (ABREAST - count);
    found->wordly[block] |= bits << shift;
    if (shift + count > 64) found->wordly[block + 1] |= bits >> (64 - shift);
    found->size += count;
    return count;
}

/* `found` has three bytes for each of the `size` bytes of `text`. */
static bool fold(const Character *table, const uint8_t *text, size_t size, Folded *found) {
    bool usual = is_usual(table);
    for (size_t at = 0; at < size;) {
        if (usual && text[at] < 0x80 && size - at >= ABREAST) {
            at += fold_ascii(text + at, found);
            continue;
        }
        int32_t place = text[at] < 0x80 ? text[at++] : place_of(next_point(text, size, &at));
        if (place < 0) return false;
        Character character = table[place];
        if (!(character.kind & READABLE)) return false;
        if (character.folded < 0x80)
            put(found, (uint8_t)character.folded, (uint8_t)character.kind);
        else
            put_longer(found, character);
    }
    return true;
}

#endif
