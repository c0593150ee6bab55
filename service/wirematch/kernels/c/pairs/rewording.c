#include "pairs/rewording.h"

#include "interning.h"

static void begin_entries(const Side *side, size_t *begins) {
    size_t entry = 0;
    for (size_t sentence = 0; sentence <= side->sentence_count; sentence++) {
        while (entry < side->entry_count && side->entry_sentences[entry] < sentence) entry++;
        begins[sentence] = entry;
    }
}

bool begin_search(Search *search) {
    const Side *mine = search->mine, *theirs = search->theirs;
    size_t numbers = mine->vocabulary_size + 2 * mine->stem_count + theirs->vocabulary_size + theirs->stem_count;
    size_t begins = mine->sentence_count + theirs->sentence_count + 2;
    search->my_entries = calloc(1, begins * sizeof(size_t) + (numbers + 1) * sizeof(uint32_t));
    if (!search->my_entries) return false;
    search->their_entries = search->my_entries + mine->sentence_count + 1;
    search->words_there = (int32_t *)(search->my_entries + begins);
    search->stems_there = search->words_there + mine->vocabulary_size;
    search->stems_shared = (uint32_t *)(search->stems_there + mine->stem_count);
    search->words_marked = search->stems_shared + mine->stem_count;
    search->stems_marked = search->words_marked + theirs->vocabulary_size;
    begin_entries(mine, search->my_entries);
    begin_entries(theirs, search->their_entries);
    match_places(mine->vocabulary, mine->vocabulary_size, theirs->vocabulary, theirs->vocabulary_size,
                 search->words_there);
    match_places(mine->stems, mine->stem_count, theirs->stems, theirs->stem_count, search->stems_there);
    return true;
}

/* The weight that my sentence shares with two of theirs together. */
static double shared_with_both(Search *search, size_t number, size_t one, size_t other) {
    const Side *mine = search->mine, *theirs = search->theirs;
    size_t both[] = {one, other};
    double shared = 0;
    search->mark++;
    for (int each = 0; each < 2; each++)
        for (size_t at = search->their_entries[both[each]]; at < search->their_entries[both[each] + 1]; at++)
            search->words_marked[theirs->entry_places[at]] = search->mark;
    for (size_t at = search->my_entries[number]; at < search->my_entries[number + 1]; at++) {
        uint32_t word = mine->entry_places[at];
        int32_t there = search->words_there[word];
        if (there < 0 || search->words_marked[there] != search->mark) continue;
        shared += (double)(search->weights_of_story ? theirs->vocabulary_weights[there] : mine->vocabulary_weights[word]);
    }
    return shared;
}

Partner partner_of(Search *search, size_t number) {
    size_t columns = search->theirs->sentence_count, best = 0;
    const float *row = search->in_story + number * columns;
    double total = (double)search->mine->sentence_weights[number];
    if (!columns || total == 0) return (Partner){0, 0};
    for (size_t column = 1; column < columns; column++)
        if (row[column] > row[best]) best = column;
    double share = (double)row[best];
    if (share == 0) return (Partner){0, 0};
    Partner partner = {best, best + 1};
    double gained = search->rules->gained_by_neighbour;
    for (int side = 0; side < 2; side++) {
        if (side ? best + 1 >= columns : best == 0) continue;
        size_t neighbour = side ? best + 1 : best - 1;
        /* Both together hold at most the sum of both, so this neighbour cannot add more than its own share. */
        if (!((double)row[neighbour] > gained - search->rules->rounding)) continue;
        double together = shared_with_both(search, number, best, neighbour) / total;
        if (together > share + gained) {
            share = together;
            partner = neighbour < best ? (Partner){neighbour, best + 1} : (Partner){best, neighbour + 1};
        }
    }
    return partner;
}

void mark_stems(Search *search, Partner partner) {
    const Side *theirs = search->theirs;
    search->mark++;
    if (partner.end == partner.first) return;
    for (int32_t at = theirs->sentences[partner.first]; at < theirs->sentences[partner.end]; at++)
        search->stems_marked[theirs->stem_places[at]] = search->mark;
}

bool is_reworded(Search *search, Partner partner, int32_t first, int32_t end, Passage *passage) {
    const Side *mine = search->mine, *theirs = search->theirs;
    double total = 0, held = 0;
    int64_t distinct = 0;
    uint32_t here = (uint32_t)first + 1; /* differs for every stretch of words */
    for (int32_t at = first; at < end; at++) {
        if (!(mine->weights[at] > 0)) continue;
        total += (double)mine->weights[at];
        uint32_t stem = mine->stem_places[at];
        int32_t there = search->stems_there[stem];
        if (there < 0 || search->stems_marked[there] != search->mark) continue;
        held += (double)mine->weights[at];
        distinct += search->stems_shared[stem] != here;
        search->stems_shared[stem] = here;
    }
    double similarity = total > 0 ? held / total : 0;
    int64_t least = end - first < search->rules->reworded_words ? end - first : search->rules->reworded_words;
    if (similarity < search->rules->reworded || distinct < least) return false;
    int32_t story_start = theirs->sentences[partner.first], story_end = theirs->sentences[partner.end];
        /* A heading of a word or two occurs in many sentences and tells nothing about them. */
    bool too_short = end - first < search->rules->reworded_words;
    if (too_short && story_end - story_start > search->rules->reworded_words) return false;
    *passage = (Passage){first,
                         end,
                         story_start,
                         story_end,
                         (similarity < 0.99 ? similarity : 0.99) * (double)(end - first),
                         0};
    return true;
}
