/* Finds where the sentences of a text begin, by the rules of sentencex 1.0.32 for English. A text with anything that is rare
 * and hard to decide, such as lists, addresses and unpaired quotation marks, is left to sentencex.
 */
#include "text/segments.h"
#include "text/sentence_ends.h"
#include "text/sentence_items.h"
#include "text/sentence_marks.h"

#include "block.h"
#include "room.h"

/* Bytes, and marks of any kind: Python may give longer texts to sentencex in pieces. */
enum { LONGEST_TEXT = 20000, MOST_MARKS = 1000 };

/* What is known about a paragraph; `quotation` and `bracket` are the first that end beyond the positions seen so far. */
typedef struct {
    Paragraph text;
    MarksFound found;
    EnclosedFound quotations, brackets;
    size_t quotation, bracket;
    size_t loose, loose_passed, passed; /* LOOSE apostrophes: all, and those among the `passed` marks */
} Sighted;

typedef struct {
    int32_t *cuts; /* bytes */
    size_t count;
} Cuts;

/* Whether there are enough possible items for a list. */
static bool may_have_list(const Sighted *sight) {
    size_t items = may_be_item(sight->text, 0);
    if (items && sight->text.bytes[after_white(sight->text, (Excerpt){0, sight->text.size})] == '(') return true;
    for (size_t at = 0; at < sight->found.count && items < 2; at++) {
        size_t place = (size_t)sight->found.places[at];
        if (sight->found.marks[at] == LINE_END && may_be_item(sight->text, place + 1)) {
            size_t first = place + 1;
            while (is_tab_or_space(sight->text.bytes[first])) first++;
            items += sight->text.bytes[first] == '(' ? 2 : 1;
        } else if (sight->found.marks[at] == CLOSER && sight->text.bytes[place] == ')') {
            items += may_close_marker(sight->text, place);
        }
    }
    return items >= 2;
}

/* Whether blanks and another stop follow, which together with what is before may be an ellipsis. */
static bool is_followed_by_stop(Paragraph text, size_t at) {
    size_t next = at;
    while (next < text.size && is_tab_or_space(text.bytes[next])) next++;
    if (next == at || next == text.size) return false;
    const uint8_t *byte = text.bytes + next;
    return is_stop(*byte) || (*byte == 0xE2 && byte[1] == 0x80 && byte[2] == 0xA6);
}

/* Whether a mark stands between blanks, as if it opened a quotation. */
static bool is_apart(Paragraph text, size_t at) {
    return (!at || is_white(text.bytes[at - 1])) && at + 1 < text.size && is_white(text.bytes[at + 1]);
}

static const Enclosed *first_beyond(const EnclosedFound *enclosed, size_t *at, size_t place) {
    while (*at < enclosed->count && enclosed->members[*at].span.end <= place) ++*at;
    return *at < enclosed->count ? &enclosed->members[*at] : NULL;
}

/* Reclassifies as LOOSE the apostrophes in `found->marks` that belong to no quotation and no word. False if one of them or a
 * backtick stands apart and another follows, with which it may pair. */
static bool loosen(Sighted *sight) {
    bool apart[2] = {false, false};
    size_t quotation = 0;
    sight->loose = 0;
    for (size_t at = 0; at < sight->found.count; at++) {
        uint8_t mark = sight->found.marks[at];
        if (mark != APOSTROPHE && mark != BACKTICK) continue;
        size_t place = (size_t)sight->found.places[at];
        const Enclosed *quoted = first_beyond(&sight->quotations, &quotation, place);
        if (quoted && quoted->span.start <= place) continue;
        if (kind_before(sight->text, place) & kind_at(sight->text, place + 1) & ALPHANUMERIC) continue;
        if (apart[mark - APOSTROPHE]) return false;
        apart[mark - APOSTROPHE] = is_apart(sight->text, place);
        sight->loose += mark == APOSTROPHE;
        if (mark == APOSTROPHE) sight->found.marks[at] = LOOSE;
    }
    return true;
}

/* Flags quotations that may be mispaired: those made by marks of which there is an odd number. */
static void doubt_quotations(Sighted *sight) {
    size_t apostrophes = 0, pairs = 0, quotes = 0;
    const MarksFound *found = &sight->found;
    bool second = false; /* of two apostrophes in a row */
    for (size_t at = 0; at < found->count; at++) {
        quotes += found->marks[at] == QUOTE;
        apostrophes += found->marks[at] == APOSTROPHE;
        second = !second && are_two(found, at, APOSTROPHE);
        pairs += second;
    }
    for (size_t each = 0; each < sight->quotations.count; each++) {
        Enclosed *one = &sight->quotations.members[each];
        const uint8_t *first = sight->text.bytes + one->span.start;
        if (*first == '"')
            one->may_be_mispaired = quotes & 1;
        else if (*first == '\'')
            one->may_be_mispaired = (first[1] == '\'' ? pairs : apostrophes) & 1;
    }
}

/* Finds what is quoted and what is in brackets; false if it cannot be decided here. */
static bool find_enclosed(Sighted *sight) {
    find_quotations(sight->text, &sight->found, &sight->quotations);
    find_brackets(&sight->found, &sight->brackets);
    sight->quotation = sight->bracket = sight->loose_passed = sight->passed = 0;
    if (do_cross(&sight->quotations, &sight->brackets)) return false;
    doubt_quotations(sight);
    for (size_t at = 0; at < sight->found.count; at++) {
        size_t place = (size_t)sight->found.places[at];
        if (sight->found.marks[at] == ELLIPSIS && is_followed_by_stop(sight->text, place + 3)) return false;
        if (sight->found.marks[at] == AT_SIGN && may_be_address(sight->text, place)) return false;
    }
    return !may_have_list(sight) && loosen(sight);
}

static bool holds(const Enclosed *enclosed, size_t place) { return enclosed && enclosed->span.start < place; }

/* Whether a position is right before the mark that closes a quotation. */
static bool is_before_closing(Paragraph text, const Enclosed *quotation, size_t place) {
    size_t end = quotation->span.end;
    uint8_t last = text.bytes[end - 1];
    if (last >= 0x80) return place + 3 == end;
    return place + 1 == end || (last != '"' && text.bytes[end - 2] == last && place + 2 == end);
}

/* The number of loose apostrophes before a position; positions must be asked for in ascending order. */
static size_t loose_before(Sighted *sight, size_t place) {
    for (; sight->passed < sight->found.count && (size_t)sight->found.places[sight->passed] < place; sight->passed++)
        sight->loose_passed += sight->found.marks[sight->passed] == LOOSE;
    return sight->loose_passed;
}

/* Length of a quotation mark that opens nothing, and so closes the sentence before it; 0 for none, or NOT_DECIDED. */
static int64_t stray_mark(Sighted *sight, size_t at) {
    Paragraph text = sight->text;
    if (at >= text.size) return 0;
    const uint8_t *byte = text.bytes + at;
    if (*byte == 0xE2 && byte[1] == 0x80 && byte[2] >= 0x99 && byte[2] <= 0x9D) return 3;
    if (!is_same_on_both_sides(*byte)) return 0;
    if (*byte == '`' || (*byte == '\'' && at + 1 < text.size && byte[1] == '\'')) return NOT_DECIDED;
    if (*byte == '\'') {
        size_t before = loose_before(sight, at);
        if (!(before & 1) && (before || sight->loose != 1)) return 0;
    } /* of other symmetric marks, only the last one can be unpaired */
    if ((!at || is_white(byte[-1])) && at + 1 < text.size && is_tab_or_space(byte[1])) return NOT_DECIDED;
    return 1;
}

/* The end of the stops that begin here; 0 if others follow behind blanks. */
static size_t end_of_stop(Paragraph text, size_t at) {
    while (at < text.size && is_stop(text.bytes[at])) at++;
    return is_followed_by_stop(text, at) ? 0 : at;
}

/* The position behind a stray mark and behind whatever ends sentences there. */
static int64_t past_stray_mark(Sighted *sight, size_t at) {
    int64_t size = stray_mark(sight, at);
    if (size <= 0) return size < 0 ? size : (int64_t)at;
    at = after_white(sight->text, (Excerpt){at + (size_t)size, sight->text.size});
    while (at < sight->text.size && is_stop(sight->text.bytes[at])) {
        at = end_of_stop(sight->text, at);
        if (!at) return NOT_DECIDED;
        at = after_white(sight->text, (Excerpt){at, sight->text.size});
    }
    return (int64_t)at;
}

/* Where the next sentence begins after the marks of `stop`, taking quotations and brackets into account. */
static int64_t cut_after(Sighted *sight, Excerpt stop) {
    int64_t next = next_sentence(sight->text, stop);
    if (next < 0) return next;
    size_t place = (size_t)next;
    const Enclosed *quotation = first_beyond(&sight->quotations, &sight->quotation, place);
    const Enclosed *bracket = first_beyond(&sight->brackets, &sight->bracket, place);
    bool quoted = holds(quotation, place), bracketed = holds(bracket, place);
    if (quoted && quotation->may_be_mispaired) {
        int64_t ends = ends_strongly(sight->text, stop);
        if (ends < 0) return ends;
        if (ends) quoted = false;
    }
    if (quoted && (!bracketed || quotation->span.start < bracket->span.start)) {
        if (!is_before_closing(sight->text, quotation, place)) return ENDS_NOT;
        int64_t more = extension(sight->text, ahead_of(sight->text, quotation->span.end));
        return more < 0 ? more : (int64_t)quotation->span.end + more;
    }
    if (bracketed) return ENDS_NOT;
    bool opens = (quotation && quotation->span.start == place) || (bracket && bracket->span.start == place);
    return opens ? next : past_stray_mark(sight, place);
}

static bool cut_paragraph(Sighted *sight, size_t start, Cuts *cuts) {
    if (!sight->text.size) return true;
    if (!find_enclosed(sight)) return false;
    size_t before = 0, end = 0;
    cuts->cuts[cuts->count++] = (int32_t)start;
    for (size_t at = 0; at < sight->found.count; at++) {
        size_t place = (size_t)sight->found.places[at];
        if (sight->found.marks[at] != STOP || place < end) continue;
        end = end_of_stop(sight->text, place);
        if (!end) return false;
        int64_t next = cut_after(sight, (Excerpt){place, end});
        if (next == NOT_DECIDED) return false;
        if (next <= (int64_t)before) continue;
        before = (size_t)next;
        if (before < sight->text.size) cuts->cuts[cuts->count++] = (int32_t)(start + before);
    }
    return true;
}

static void count_characters_before(const uint8_t *text, Cuts *cuts) {
    int32_t characters = 0;
    size_t at = 0;
    for (size_t cut = 0; cut < cuts->count; cut++) {
        for (; at < (size_t)cuts->cuts[cut]; at++) characters += !is_further(text[at]);
        cuts->cuts[cut] = characters;
    }
}

EXPORTED int64_t wirematch_segments(const uint8_t *text, size_t size, int32_t *cuts) {
    if (size > LONGEST_TEXT) return NOT_READABLE;
    size_t marks = size / 4 + 64, halves = marks / 2 * sizeof(Enclosed); /* more marks stand in no sentences */
    size_t all = rounded(marks * sizeof(int32_t)) + rounded(marks) + 2 * rounded(halves);
    NearRoom room;
    if (!make_near_room(&room, all >> 3)) return NO_MEMORY;
    Block block = {(uint8_t *)room.numbers, all};
    Sighted sight;
    sight.found = (MarksFound){take(&block, marks * sizeof(int32_t)), take(&block, marks), 0, marks, false};
    sight.quotations = (EnclosedFound){take(&block, halves), 0};
    sight.brackets = (EnclosedFound){take(&block, halves), 0};
    Cuts found = {cuts, 0};
    size_t marks_before = 0;
    bool decided = true;
    for (size_t start = 0; decided && start < size;) {
        sight.text = (Paragraph){text + start, size - start};
        size_t next = find_marks(&sight.text, &sight.found);
        marks_before += sight.found.count;
        decided = next && marks_before <= MOST_MARKS && cut_paragraph(&sight, start, &found);
        start += next;
    }
    leave_near_room(&room);
    if (!decided) return NOT_READABLE;
    if (sight.found.longer) count_characters_before(text, &found);
    return (int64_t)found.count;
}
