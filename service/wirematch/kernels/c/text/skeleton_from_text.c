/* Makes the skeleton of a text directly, finding what wirematch.text.landmarks and speech find by regular expressions. Only
 * reads texts that wirematch_segments decides, so its characters are known (sentence_text.h).
 */
#include "text/landmarks.h"
#include "text/quotations.h"
#include "text/segments.h"
#include "text/sentence_text.h"
#include "text/skeleton_making.h"

/* Capacity of each list per byte of the text, plus a few for the shortest texts. */
enum { PLACES_A_BYTE = 5, PLACES_BESIDES = 8 };
enum { LEAST_QUOTED = 8, MOST_QUOTED = 400 }; /* characters between single marks */

/* Whether what precedes a line end ends a sentence. */
static bool ends_before(Paragraph text, size_t end) {
    if (text.bytes[end - 1] < 0x80) return memchr(".!?\"')", text.bytes[end - 1], 6);
    uint8_t mark = end >= 3 ? mark_at(text, end - 3) : 0;
    return mark == 0x99 || mark == 0x9D || mark == 0xA6;
}

/* Whether a line end within white space is a hard wrap: a single one, in the middle of a sentence. NOT_READABLE before a
 * letter of unknown case. */
static int64_t is_wrapped(Paragraph text, size_t start, size_t end) {
    size_t lines = 0;
    for (size_t at = start; at < end; at++) lines += text.bytes[at] == '\n';
    if (lines != 1 || !start || end == text.size || ends_before(text, start)) return false;
    if (text.bytes[end] >= 0x80 && text.bytes[end] < 0xE0) return NOT_READABLE;
    return is_lower(text.bytes[end]);
}

/* Replaces line ends by starts of paragraphs, without the first; returns how many, or NOT_READABLE. */
static int64_t find_breaks(Paragraph text, int32_t *line_ends, size_t count) {
    size_t end = 0;
    int64_t breaks = 0;
    for (size_t each = 0; each < count; each++) {
        size_t start = (size_t)line_ends[each];
        if (start < end) continue; /* part of a break that was already handled */
        for (end = start; end < text.size && is_blank(text.bytes[end]);) end++;
        while (start && (text.bytes[start - 1] == ' ' || text.bytes[start - 1] == '\t')) start--;
        int64_t wrapped = is_wrapped(text, start, end);
        if (wrapped < 0) return wrapped;
        if (!wrapped) line_ends[breaks++] = (int32_t)end;
    }
    return breaks;
}

static bool ends_in_colon(Paragraph text, size_t start, size_t end) {
    while (end > start && is_blank(text.bytes[end - 1])) end--;
    return end > start && text.bytes[end - 1] == ':';
}

static size_t after_character(Paragraph text, size_t at) {
    do at++;
    while (at < text.size && is_further(text.bytes[at]));
    return at;
}

/* The end of the quotation that a single mark opens, or 0: the first mark after enough characters that no word follows,
 * skipping apostrophes within words. */
static size_t end_of_quotation(Paragraph text, size_t mark) {
    if (kind_before(text, mark) || (mark && text.bytes[mark - 1] == '\'')) return 0;
    if (mark >= 3 && mark_at(text, mark - 3) == 0x99) return 0;
    size_t first = after_character(text, mark);
    if (first >= text.size) return 0;
    if (!kind_at(text, first) && text.bytes[first] != '"' && mark_at(text, first) != 0x9C) return 0;
    for (size_t at = first, count = 0; at < text.size && count <= MOST_QUOTED; at = after_character(text, at), count++) {
        uint8_t curly = mark_at(text, at);
        if (text.bytes[at] == '\n' || curly == 0x98) return 0;
        if (text.bytes[at] != '\'' && curly != 0x99) continue;
        size_t next = after_character(text, at);
        if (!kind_at(text, next)) return count >= LEAST_QUOTED ? next : 0;
        if (!kind_before(text, at)) return 0;
    }
    return 0;
}

static size_t find_single_quotations(Paragraph text, const Landmarks *marks, int32_t *quotations) {
    size_t count = 0, done = 0;
    for (size_t each = 0; each < marks->single_mark_count; each++) {
        size_t mark = (size_t)marks->single_marks[each], end = mark < done ? 0 : end_of_quotation(text, mark);
        if (!end) continue;
        quotations[count++] = (int32_t)mark;
        quotations[count++] = (int32_t)(done = end);
    }
    return count;
}

/* Whether so many word characters follow. */
static bool are_of_word(Paragraph text, size_t at, size_t count) {
    for (; count && kind_at(text, at); count--) at = after_character(text, at);
    return !count;
}

/* Whether there is a sign of a post: a handle, a hashtag, the address of a picture. */
static bool tells_post(Paragraph text, size_t at) {
    static const char PICTURE[] = "pic.twitter";
    if (text.bytes[at] == '@') return are_of_word(text, at + 1, 2);
    if (text.bytes[at] == '#') return are_of_word(text, at + 1, 3);
    if (text.bytes[at] != 'p' || text.size - at < sizeof PICTURE - 1 || kind_before(text, at)) return false;
    return !memcmp(text.bytes + at, PICTURE, sizeof PICTURE - 1);
}

/* Signs of posts; the address of a picture after '@' counts twice. */
static size_t find_posts(Paragraph text, int32_t *posts) {
    static const char SIGNS[] = {'@', '#'};
    size_t count = 0;
    bool signs = memchr(text.bytes, SIGNS[0], text.size) || memchr(text.bytes, SIGNS[1], text.size);
    const uint8_t *picture = text.bytes, *end = text.bytes + text.size;
    if (!signs) /* then only the address of a picture can be one */
        while ((picture = memchr(picture, '.', (size_t)(end - picture))) && picture + 8 <= end && memcmp(picture, ".twitter", 8))
            picture++;
    if (!signs && (!picture || picture + 8 > end)) return 0;
    for (size_t at = 0; at < text.size; at++)
        if (tells_post(text, at)) posts[count++] = (int32_t)at;
    return count;
}

/* Whether there is a signed post, or something like it. */
static bool has_signature(Paragraph text) {
    const uint8_t *at = text.bytes, *end = text.bytes + text.size;
    for (; (at = memchr(at, '@', (size_t)(end - at))); at++)
        if (at > text.bytes && at[-1] == '(') return true;
    return false;
}

/* Converts ascending byte positions to code points. */
static void count_characters_to(Paragraph text, int32_t *places, size_t count) {
    size_t at = 0;
    int32_t characters = 0;
    for (size_t each = 0; each < count; each++) {
        for (; at < (size_t)places[each]; at++) characters += !is_further(text.bytes[at]);
        places[each] = characters;
    }
}

/* Makes the skeleton of a text whose `count` words are in `read`, as `wirematch_make_skeleton` does; also NOT_READABLE if
 * Python has to search the text. `places` has room for `places_room` numbers. */
EXPORTED int64_t wirematch_skeleton_from_text(const Vocabulary *vocabulary, const Reading *read, size_t count,
                                              const uint8_t *bytes, size_t size, const int32_t *furniture,
                                              size_t furniture_count, const SpeechRules *rules, double least_share,
                                              int32_t *places, size_t places_room, uint8_t *skeleton, size_t room) {
    Paragraph text = {bytes, size};
    if (places_room / PLACES_A_BYTE < size + PLACES_BESIDES || has_signature(text)) return NOT_READABLE;
    size_t part = size + PLACES_BESIDES;
    int64_t cuts = wirematch_segments(bytes, size, places);
    if (cuts < 0) return cuts;
    Landmarks marks = {places + part, places + 2 * part, places + 3 * part, 0, 0, 0, 0};
    wirematch_landmarks(bytes, size, &marks);
    int32_t *quotations = places + 4 * part;
    int64_t breaks = find_breaks(text, marks.line_ends, marks.line_end_count);
    if (breaks < 0) return breaks;
    size_t break_count = (size_t)breaks;
    int64_t doubles = find_double_quotations(text, &marks, break_count, quotations);
    if (doubles < 0) return doubles;
    size_t double_count = (size_t)doubles, single_count = find_single_quotations(text, &marks, quotations + double_count);
    size_t quotation_count = double_count + single_count;
    int32_t *posts = marks.single_marks; /* reused: these are no longer needed */
    size_t post_count = find_posts(text, posts);
    uint8_t *announces = (uint8_t *)(quotations + quotation_count);
    for (size_t each = 0; each <= break_count; each++) {
        size_t start = each ? (size_t)marks.line_ends[each - 1] : 0;
        announces[each] = ends_in_colon(text, start, each < break_count ? (size_t)marks.line_ends[each] : size);
    }
    int32_t length = (int32_t)size;
    count_characters_to(text, &length, 1);
    if ((size_t)length < size) {
        count_characters_to(text, marks.line_ends, break_count);
        count_characters_to(text, quotations, double_count);
        count_characters_to(text, quotations + double_count, single_count);
        count_characters_to(text, posts, post_count);
    }
    Found found = {{furniture, furniture_count}, {marks.line_ends, break_count}, {quotations, quotation_count},
                   {posts, post_count},          {places, (size_t)cuts},         announces,
                   length};
    return wirematch_make_skeleton(vocabulary, read, count, &found, rules, least_share, skeleton, room);
}
