/* Landmarks and signs of a disguise: what single characters of a text say. */
#include "fuzz.h"

#include "text/disguise.c"
#include "text/landmarks.c"

/* As Python says it: some of what it looks for, looked for plainly. */
static void look_for_disguise(void) {
    size_t size = draw_size(), row = 0, longest = 0, leet = 0;
    uint8_t *text = exact(size), *kinds = exact(256);
    for (size_t byte = 0; byte < 256; byte++)
        kinds[byte] = byte >= '0' && byte <= '9' ? '9' : (byte | 32) >= 'a' && (byte | 32) <= 'z' ? 'a' : byte == ' ' ? ' ' : '.';
    for (size_t at = 0; at < size; at++) text[at] = (uint8_t)"aaaaaaOl19. "[below(12)];
    Signs least = {1 + below(12), 1 + below(24), 1 + below(9), 1 + below(9)};
    for (size_t at = 0; at < size; at++) {
        row = kinds[text[at]] == 'a' ? row + 1 : 0;
        longest = row > longest ? row : longest;
        leet += at > 1 && row == 1 && kinds[text[at - 1]] == '9' && kinds[text[at - 2]] == 'a';
    }
    bool found = wirematch_may_be_disguised(text, size, kinds, &least);
    CHECK(found || (longest < least.unspaced && leet < least.leet));
}

static void find_landmarks(void) {
    size_t size = draw_size();
    uint8_t *text = exact(size);
    for (size_t at = 0; at < size; at++) text[at] = (uint8_t)"'\"` \na1_."[below(10)];
    Landmarks out = {exact(4 * size), exact(4 * size), exact(4 * size), 0, 0, 0, 0};
    wirematch_landmarks(text, size, &out);
    CHECK(out.line_end_count <= size && out.double_mark_count <= size && out.single_mark_count <= size);
}

static void one_round(void) {
    find_landmarks();
    look_for_disguise();
}
