/* Sentences and the lines of a page. */
#include "fuzz.h"

#include "text/furniture.c"
#include "text/segments.c"

static const char *const PIECES[] = {
    "The barge ", "it was ", "Mr", "U.S", "J", "p.m", "7 ", "5", "in", "M.D", "etc", "w.e.f", "Yahoo", "No", "I ", ". ",
    ".", "...", "! ", "?", ". .", " ", "\n", "\n\r\n", ", ", "'", "''", "\"", " '", "' ", "(", ") ", "[1]", "a)", "1. ",
    "- ", "<", "@", "a@b.co", "x", "_", "\xE2\x80\x98", "\xE2\x80\x99", "\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x94",
    "\xC3\xA9", "\xC2\xB2", "\xE2\x82\xAC", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    /* from here on, nothing that the kernel decides, or no text */
    "`", "\\", "\xC2\xA0", "\xE2\x80", "\xC3", "\xFF", "\xF0\x9F\x98\x80",
};
enum { ALL = sizeof PIECES / sizeof *PIECES, DECIDED = ALL - 7 };

static void one_round(void) {
    size_t size = draw_size(), at = 0, first = below(DECIDED), kinds = one_in(6) ? ALL : DECIDED, few = 1 + below(kinds);
    uint8_t *text = exact(size);
    while (at < size) {
        const char *piece = PIECES[(first + below(few)) % kinds];
        size_t length = strlen(piece);
        if (one_in(300)) {
            text[at++] = (uint8_t)draw();
        } else if (at + length > size) {
            text[at++] = ' ';
        } else {
            memcpy(text + at, piece, length);
            at += length;
        }
    }
    int32_t *cuts = exact(4 * (size + 1));
    int64_t found = wirematch_segments(text, size, cuts);
    CHECK(found <= (int64_t)size);
    FurnitureWords words = {
        .first_of_line = "x\0by\0", .last_of_line = "long\0", .first_of_note = "he said\0he\0",
        .first_two_of_note = "x y\0", .first_and_held_by_note = "the may not\0", .held_by_note = "? click\0",
        .held_by_line = "/getty\0", .last_of_gallery_item = " Shares\0", .author = "contributed\0",
        .copula = " is \0", .of_author = "a reporter\0", .reached = "@\0mail\0", .of_poll = "margin of\0",
    };
    bool any = wirematch_may_have_furniture(text, size, &words);
    if (memchr(text, '\r', size) || memchr(text, 0xC2, size)) CHECK(any);
    for (int64_t cut = 1; cut < found; cut++) CHECK(cuts[cut - 1] < cuts[cut] && cuts[cut] < (int32_t)size);
}
