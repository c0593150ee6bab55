/* Passages in both of two texts that many others hold, too; the kernel of wirematch.matching.boilerplate. */
#include "scoring/common.h"

#include "scoring/phrase_keys.h"

enum { FOUR = 4 };

/* Clears the flags of runs shorter than `least`; returns whether any are left. */
static bool keep_long_rows(uint8_t *flags, size_t size, size_t least) {
    bool any = false;
    for (size_t begin = 0, end; begin < size; begin = end + 1) {
        end = begin;
        if (!flags[begin]) continue; /* the common case */
        for (end = begin; end < size && flags[end]; end++) {}
        if (end - begin >= least)
            any = true;
        else
            memset(flags + begin, 0, end - begin);
    }
    return any;
}

/* Flags the four-word phrases that lie within flagged words. */
static void choose_phrases(const Phrases *phrases, const uint8_t *flags, uint8_t *chosen) {
    for (size_t at = 0, row = 0; at < phrases->size; at++) {
        row = flags[at] ? row + 1 : 0;
        if (row >= FOUR) chosen[phrases->fours[at + 1 - FOUR]] = 1;
    }
}

/* Flags those of the other text's phrases that are among the chosen ones of mine; returns whether there are any. Few are
 * chosen, so each is searched on its own. */
static bool find_chosen(const Phrases *mine, const uint8_t *chosen, const Phrases *theirs, uint8_t *known) {
    bool any = false;
    for (size_t at = 0; at < mine->count; at++) {
        if (!chosen[at]) continue;
        int64_t place = place_between(theirs->keys, 0, theirs->count, mine->keys[at]);
        if (place < 0) continue;
        known[place] = 1;
        any = true;
    }
    return any;
}

static bool has_places(const Phrases *phrases) {
    if (phrases->four_count + FOUR - 1 != (phrases->size < FOUR ? FOUR - 1 : phrases->size)) return false;
    for (size_t at = 0; at < phrases->four_count; at++)
        if (phrases->fours[at] >= phrases->count) return false;
    return true;
}

EXPORTED int64_t wirematch_common_passages(const Phrases *my_phrases, const Phrases *their_phrases, size_t least,
                                           uint8_t *mine, uint8_t *theirs) {
    memset(theirs, 0, their_phrases->size);
    if (!has_places(my_phrases) || !has_places(their_phrases)) return NOT_READABLE;
    if (!keep_long_rows(mine, my_phrases->size, least)) return 0;
    uint8_t *chosen = calloc(my_phrases->count + their_phrases->count + 1, 1);
    if (!chosen) return NO_MEMORY;
    uint8_t *known = chosen + my_phrases->count;
    choose_phrases(my_phrases, mine, chosen);
    bool any = find_chosen(my_phrases, chosen, their_phrases, known);
    for (size_t at = 0; any && at < their_phrases->four_count; at++)
        if (known[their_phrases->fours[at]]) memset(theirs + at, 1, FOUR);
    free(chosen);
    return any && keep_long_rows(theirs, their_phrases->size, least);
}
