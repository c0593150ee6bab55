/* A text of ASCII that is met for the first time: what wirematch.text.landmarks and speech find in it by regular expressions,
 * and its skeleton. Offsets of bytes are those of characters.
 */
#include "bones.h"
#include "landmarks.h"
#include "segments.h"

/* Places that each list may have, by bytes of the text, and a few for the shortest. */
enum { PLACES_A_BYTE = 5, PLACES_BESIDES = 8 };
enum { LEAST_QUOTED = 8, MOST_QUOTED = 400 }; /* characters between single marks */

typedef struct {
    const uint8_t *bytes;
    size_t size;
} Sight;

/* White space to Python. */
static bool is_blank(uint8_t byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r') || (byte >= 0x1C && byte <= 0x1F); }

static bool is_word_at(Sight text, size_t at) { return at < text.size && is_wordly(text.bytes[at]); }

/* Whether a line end within white space is one of hard-wrapped text: alone, with the middle of a sentence on both sides. */
static bool is_wrapped(Sight text, size_t start, size_t end) {
    size_t lines = 0;
    for (size_t at = start; at < end; at++) lines += text.bytes[at] == '\n';
    bool middle = start && !memchr(".!?\"')", text.bytes[start - 1], 6);
    return lines == 1 && middle && end < text.size && text.bytes[end] >= 'a' && text.bytes[end] <= 'z';
}

/* Where paragraphs begin, the first left out, in the place of the line ends. */
static size_t find_breaks(Sight text, int32_t *line_ends, size_t count) {
    size_t breaks = 0, end = 0;
    for (size_t each = 0; each < count; each++) {
        size_t start = (size_t)line_ends[each];
        if (start < end) continue; /* one of several between two paragraphs */
        for (end = start; end < text.size && is_blank(text.bytes[end]);) end++;
        while (start && (text.bytes[start - 1] == ' ' || text.bytes[start - 1] == '\t')) start--;
        if (!is_wrapped(text, start, end)) line_ends[breaks++] = (int32_t)end;
    }
    return breaks;
}

static bool ends_in_colon(Sight text, size_t start, size_t end) {
    while (end > start && is_blank(text.bytes[end - 1])) end--;
    return end > start && text.bytes[end - 1] == ':';
}

/* The end of the quotation that a single mark opens, or 0: the first mark behind enough characters and before none of a word,
 * apostrophes within words passed over. */
static size_t end_of_quotation(Sight text, size_t mark) {
    if (mark + 1 >= text.size || (!is_wordly(text.bytes[mark + 1]) && text.bytes[mark + 1] != '"')) return 0;
    for (size_t at = mark + 1, count = 0; at < text.size && count <= MOST_QUOTED; at++, count++) {
        if (text.bytes[at] == '\n') return 0;
        if (text.bytes[at] != '\'') continue;
        if (!is_word_at(text, at + 1)) return count >= LEAST_QUOTED ? at + 1 : 0;
        if (!is_wordly(text.bytes[at - 1])) return 0;
    }
    return 0;
}

static size_t find_single_quotations(Sight text, const Landmarks *marks, int32_t *quotations) {
    size_t count = 0, done = 0;
    for (size_t each = 0; each < marks->single_mark_count; each++) {
        size_t mark = (size_t)marks->single_marks[each], end = mark < done ? 0 : end_of_quotation(text, mark);
        if (!end) continue;
        quotations[count++] = (int32_t)mark;
        quotations[count++] = (int32_t)(done = end);
    }
    return count;
}

/* Whether something stands at a place that tells a post: a handle, a tag, the address of a picture. */
static bool tells_post(Sight text, size_t at) {
    static const char PICTURE[] = "pic.twitter";
    if (text.bytes[at] == '@') return is_word_at(text, at + 1) && is_word_at(text, at + 2);
    if (text.bytes[at] == '#') return is_word_at(text, at + 1) && is_word_at(text, at + 2) && is_word_at(text, at + 3);
    bool begins = text.bytes[at] == 'p' && !(at && is_wordly(text.bytes[at - 1]));
    return begins && text.size - at >= sizeof PICTURE - 1 && !memcmp(text.bytes + at, PICTURE, sizeof PICTURE - 1);
}

/* Where posts tell themselves; of an address of a picture behind '@' both. */
static size_t find_posts(Sight text, int32_t *posts) {
    static const char SIGNS[] = {'@', '#'};
    size_t count = 0;
    bool signs = memchr(text.bytes, SIGNS[0], text.size) || memchr(text.bytes, SIGNS[1], text.size);
    const uint8_t *picture = text.bytes, *end = text.bytes + text.size;
    if (!signs) /* then a picture's address alone can be one, which is told by its letters */
        while ((picture = memchr(picture, '.', (size_t)(end - picture))) && picture + 8 <= end && memcmp(picture, ".twitter", 8))
            picture++;
    if (!signs && (!picture || picture + 8 > end)) return 0;
    for (size_t at = 0; at < text.size; at++)
        if (tells_post(text, at)) posts[count++] = (int32_t)at;
    return count;
}

/* A post that is signed, or something like it. */
static bool has_signature(Sight text) {
    const uint8_t *at = text.bytes, *end = text.bytes + text.size;
    for (; (at = memchr(at, '@', (size_t)(end - at))); at++)
        if (at > text.bytes && at[-1] == '(') return true;
    return false;
}

/* The skeleton of a text whose `count` words are in `read`, as `wirematch_skeleton` gives it; NOT_READABLE, too, where
 * Python has to look through the text. `places` has room for `places_room` numbers. */
EXPORTED int64_t wirematch_sight(const Vocabulary *vocabulary, const Reading *read, size_t count, const uint8_t *bytes,
                                 size_t size, const int32_t *furniture, size_t furniture_count, const SpeechRules *rules,
                                 double least_share, int32_t *places, size_t places_room, uint8_t *skeleton, size_t room) {
    Sight text = {bytes, size};
    if (places_room / PLACES_A_BYTE < size + PLACES_BESIDES || has_signature(text)) return NOT_READABLE;
    size_t part = size + PLACES_BESIDES;
    int64_t cuts = wirematch_segments(bytes, size, places);
    if (cuts < 0) return cuts;
    Landmarks marks = {places + part, places + 2 * part, places + 3 * part, 0, 0, 0, 0};
    wirematch_landmarks(bytes, size, &marks);
    int32_t *quotations = places + 4 * part;
    Found found;
    found.furniture = (Places){furniture, furniture_count};
    found.cuts = (Places){places, (size_t)cuts};
    found.marks = (Places){marks.double_marks, marks.double_mark_count};
    found.breaks = (Places){marks.line_ends, find_breaks(text, marks.line_ends, marks.line_end_count)};
    found.quotations = (Places){quotations, find_single_quotations(text, &marks, quotations)};
    found.posts = (Places){marks.single_marks, find_posts(text, marks.single_marks)}; /* which are done with */
    found.length = (int64_t)size;
    uint8_t *announces = (uint8_t *)(quotations + found.quotations.count);
    for (size_t each = 0; each <= found.breaks.count; each++) {
        size_t start = each ? (size_t)found.breaks.numbers[each - 1] : 0;
        size_t end = each < found.breaks.count ? (size_t)found.breaks.numbers[each] : size;
        announces[each] = ends_in_colon(text, start, end);
    }
    found.announces = announces;
    return wirematch_skeleton(vocabulary, read, count, &found, rules, least_share, skeleton, room);
}
