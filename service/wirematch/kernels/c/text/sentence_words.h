/* Words that tell of English sentences whether they end: the lists of sentencex 1.0.32 (MIT licence, Copyright (c) 2025
 * Santhosh Thottingal), without the three abbreviations that are not of ASCII; sorted by byte, to be searched. Of these lists:
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy
 * of this software and associated documentation files (the "Software"), to deal
 * in the Software without restriction, including without limitation the rights
 * to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
 * copies of the Software, and to permit persons to whom the Software is
 * furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all
 * copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 * IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
 * FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 * AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 * LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 * OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
 * SOFTWARE.
 */
#ifndef WIREMATCH_SENTENCE_WORDS_H
#define WIREMATCH_SENTENCE_WORDS_H

#include "kernel.h"

enum { LONGEST_ABBREVIATION = 9, LONGEST_LISTED = 15 };

/* In lower case. */
static const char *const ABBREVIATIONS[] = {
    "a", "abbrev", "adj", "adm", "adv", "al", "ala", "alta", "apr", "arc", "ariz", "ark", "art", "assn", "asst",
    "attys", "aug", "ave", "b", "bart", "bld", "bldg", "blvd", "brig", "bros", "btw", "c", "c.f", "ca", "cal", "calif",
    "capt", "cf", "cit", "cl", "cmdr", "co", "col", "colo", "comdr", "con", "conn", "corp", "cpl", "cres", "ct", "d",
    "d.c", "d.phil", "dak", "dc", "dec", "del", "dept", "det", "dist", "dr", "dr.phil", "dr.philos", "drs", "e", "e.d",
    "e.g", "eg", "ens", "esp", "esq", "etc", "exec", "exp", "expy", "ext", "f", "f.f", "feb", "fed", "ff", "fig", "fla",
    "fr", "ft", "fwy", "fy", "g", "ga", "gen", "gov", "h", "hon", "hosp", "hr", "hway", "hwy", "i", "i.a", "i.e", "ia",
    "ibid", "id", "ida", "ie", "ill", "inc", "ind", "ing", "insp", "j", "jan", "jr", "jul", "jun", "k", "kan", "kans",
    "ken", "ky", "l", "la", "ll", "ll.b", "ll.d", "ll.m", "llb", "lld", "llm", "loc", "lt", "ltd", "m", "maj", "mar",
    "may", "md", "me", "med", "messrs", "mex", "mfg", "mich", "min", "minn", "miss", "mlle", "mm", "mme", "mo", "mont",
    "mr", "mrs", "ms", "msgr", "mssrs", "mt", "mtn", "n", "nb", "neb", "nebr", "nem", "nev", "no", "nos", "nov", "nr",
    "o", "oct", "ok", "okla", "ont", "op", "ord", "ore", "p", "p.g", "p.s", "pa", "pd", "pde", "penn", "penna", "pfc",
    "pg", "ph", "ph.d", "pl", "plz", "pp", "pps", "pres", "prof", "ps", "pvt", "q", "qq", "qq.v", "que", "r", "rd",
    "re", "ref", "reg", "rep", "reps", "res", "rev", "rs", "rt", "s", "s.l", "s.s", "sask", "sc", "scil", "sec", "sen",
    "sens", "sep", "sept", "sfc", "sgt", "sr", "st", "supt", "surg", "t", "tce", "tenn", "tex", "u", "u.s", "univ",
    "usafa", "ut", "v", "va", "ver", "viz", "vs", "vt", "w", "w.e.f", "w.r.t", "wef", "wis", "wisc", "wrt", "wy", "wyo",
    "x", "y", "yuk", "z",
};

/* Bit sets of the last letters of abbreviations, by first letter: most words have no such pair. */
static const uint32_t ENDS_OF_ABBREVIATIONS[26] = {
    0x22E3E55, 0x04C004A, 0x00EE825, 0x00E0C0C, 0x10D805C, 0x10A006B, 0x0202041, 0x102A080, 0x000895D, 0x0022A00,
    0x1042400, 0x008180F, 0x18E72D8, 0x0267002, 0x008C419, 0x20CA8FD, 0x0210010, 0x02E8078, 0x00EAC44, 0x0882010,
    0x03C0001, 0x22E0001, 0x14C4024, 0x0800000, 0x1000400, 0x2000000,
};

/* Words that often begin a sentence and are hardly names; case-sensitive. */
static const char *const STARTERS[] = {
    "About", "According", "Accordingly", "Actually", "Additionally", "After", "Again", "All", "Also", "Although",
    "Always", "Among", "An", "And", "Another", "Any", "Anyway", "Apparently", "Are", "As", "At", "Back", "Because",
    "Before", "Besides", "Between", "Both", "But", "By", "Can", "Cannot", "Clearly", "Coincidentally", "Consequently",
    "Conversely", "Could", "Dear", "Despite", "Did", "Do", "Does", "Don't", "During", "Each", "Early", "Eight", "Even",
    "Eventually", "Every", "Everybody", "Everyone", "Except", "Fifth", "Finally", "First", "Following", "For", "Four",
    "Fourth", "From", "Further", "Furthermore", "Generally", "Given", "Go", "Great", "Had", "Has", "Have", "Having",
    "He", "Hence", "Her", "Here", "His", "How", "However", "If", "In", "Indeed", "Initially", "Instead", "Is", "It",
    "Its", "Just", "Last", "Lately", "Later", "Let", "Like", "Many", "Maybe", "Meanwhile", "Might", "More", "Moreover",
    "Most", "Much", "Must", "My", "Neither", "Never", "Nevertheless", "New", "Next", "Ninth", "No", "None",
    "Nonetheless", "Nor", "Not", "Nothing", "Now", "Obviously", "Of", "Often", "On", "Once", "One", "Only", "Or",
    "Other", "Others", "Otherwise", "Ought", "Our", "Over", "Particularly", "People", "Perhaps", "Please", "Previous",
    "Rarely", "Rather", "Recent", "Recently", "Right", "Second", "See", "Seventh", "Several", "Shall", "She", "Shortly",
    "Should", "Similarly", "Since", "Sixth", "So", "Some", "Sometimes", "Soon", "Specifically", "Start", "Still",
    "Subsequently", "Such", "Suddenly", "Take", "Tenth", "That", "The", "Their", "Then", "There", "Thereafter",
    "Therefore", "These", "They", "Third", "This", "Those", "Three", "Through", "Thus", "To", "Today", "Tomorrow",
    "Tonight", "Two", "Under", "Unfortunately", "Unlike", "Until", "Upon", "Using", "Usually", "Was", "We", "Well",
    "Were", "What", "Whatever", "When", "Whenever", "Where", "Whereas", "Wherever", "Whether", "Which", "Whichever",
    "While", "Whilst", "Who", "Whose", "Why", "Will", "With", "Within", "Without", "Would", "Yes", "Yesterday", "Yet",
    "You", "Your",
};

/* Words of a phrase before the subject, as in 'on Tuesday at 7 p.m. Tom left'; in lower case. */
static const char *const FRONTING[] = {
    "a", "about", "above", "across", "after", "afternoon", "again", "against", "along", "also", "among", "an", "and",
    "around", "at", "before", "behind", "below", "beneath", "beside", "between", "beyond", "but", "by", "dawn", "day",
    "despite", "during", "dusk", "earlier", "evening", "finally", "for", "from", "in", "inside", "into", "just",
    "later", "meanwhile", "midnight", "month", "morning", "near", "night", "noon", "nor", "now", "of", "off", "on",
    "onto", "or", "outside", "over", "past", "recently", "since", "sometimes", "soon", "the", "then", "through",
    "throughout", "to", "today", "tomorrow", "tonight", "toward", "under", "underneath", "until", "up", "upon", "week",
    "weekend", "with", "within", "without", "year", "yesterday",
};

/* What follows a number or a name; whether its full stop ends a sentence depends on what comes next. */
typedef struct {
    const char *suffix;
    size_t size;
    bool ignores_case, breaks_before_digit, needs_digit;
} TrailingMarker;

/* In the order in which they are tried. */
static const TrailingMarker TRAILING_MARKERS[] = {
    {"a.m", 3, true, true, false}, {"a. m", 4, true, true, false}, {"p.m", 3, true, true, false},
    {"p. m", 4, true, true, false}, {"A.D", 3, false, false, false}, {"B.C", 3, false, false, false},
    {"B.C.E", 5, false, false, false}, {"C.E", 3, false, false, false}, {"gal", 3, true, false, true},
    {"fl", 2, true, false, false}, {"ft", 2, true, false, false}, {"in", 2, true, false, true},
    {"lb", 2, true, false, false}, {"mi", 2, true, false, false}, {"mph", 3, true, false, false},
    {"oz", 2, true, false, false}, {"pt", 2, true, false, false}, {"qt", 2, true, false, false},
    {"sq", 2, true, false, false}, {"yd", 2, true, false, false}, {"B.A", 3, true, false, false},
    {"BA", 2, true, false, false}, {"B.Com", 5, true, false, false}, {"BCom", 4, true, false, false},
    {"B.S", 3, true, false, false}, {"BS", 2, true, false, false}, {"B.Sc", 4, true, false, false},
    {"BSc", 3, true, false, false}, {"D.D.S", 5, true, false, false}, {"DDS", 3, true, false, false},
    {"J.D", 3, true, false, false}, {"JD", 2, true, false, false}, {"LL.B", 4, true, false, false},
    {"LLB", 3, true, false, false}, {"LL.D", 4, true, false, false}, {"LLD", 3, true, false, false},
    {"LL.M", 4, true, false, false}, {"LLM", 3, true, false, false}, {"M.A", 3, true, false, false},
    {"MA", 2, true, false, false}, {"M.B.A", 5, true, false, false}, {"MBA", 3, true, false, false},
    {"M.Com", 5, true, false, false}, {"MCom", 4, true, false, false}, {"M.D", 3, true, false, false},
    {"MD", 2, true, false, false}, {"M.S", 3, true, false, false}, {"MS", 2, true, false, false},
    {"M.Sc", 4, true, false, false}, {"MSc", 3, true, false, false}, {"Ph.D", 4, true, false, false},
    {"PhD", 3, true, false, false}, {"NE", 2, true, false, false}, {"N.E", 3, true, false, false},
    {"NW", 2, true, false, false}, {"N.W", 3, true, false, false}, {"SE", 2, true, false, false},
    {"S.E", 3, true, false, false}, {"SW", 2, true, false, false}, {"S.W", 3, true, false, false},
};

/* As strcmp, for a word that is not terminated. */
static inline int order_of(const char *listed, const uint8_t *word, size_t size) {
    for (size_t at = 0; at < size; at++)
        if ((uint8_t)listed[at] != word[at]) return (uint8_t)listed[at] < word[at] ? -1 : 1;
    return listed[size] != 0;
}

static inline bool is_listed(const char *const *list, size_t count, const uint8_t *word, size_t size) {
    if (!size || size > LONGEST_LISTED) return false;
    size_t begin = 0, end = count;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        int order = order_of(list[middle], word, size);
        if (!order) return true;
        if (order < 0)
            begin = middle + 1;
        else
            end = middle;
    }
    return false;
}

#define IS_LISTED(list, word, size) is_listed(list, sizeof(list) / sizeof *(list), word, size)

#endif
