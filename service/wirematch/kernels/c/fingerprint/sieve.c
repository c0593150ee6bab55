/* Sieves by sketches: which candidates of many submissions are worth a comparison, and which stories may hold an excerpt. Does
 * for many submissions what wirematch.detection.policy and wirematch.fingerprint.anchors do for one.
 */
#include "fingerprint/sketch.h"
#include "room.h"

/* As in policy.py. */
typedef struct {
    double least_overlap, most_by_chance;
    int64_t short_text, second_look;
} SieveRules;

/* As in anchors.py. */
typedef struct {
    int64_t shared_among, least_shared, fewest;
} ExcerptRules;

/* Texts, given by their shingles, sorted or in text order, and the stories to compare each with: those from edges[text] to
 * edges[text + 1], best first, with the lengths of their sketches, 0 if unknown. All sketches are concatenated. */
typedef struct {
    const uint32_t *const *shingles;
    const int64_t *sizes, *edges;
    size_t count;
    const uint8_t *sketches;
    const int64_t *lengths;
} Sieved;

/* Verdicts on a story; as `TOLD` in sieve.py. */
enum { NO, YES, IN_DOUBT, UNKNOWN };

/* Returns the upper halves of shingles, of which sketches consist. */
static uint16_t *upper_halves(const uint32_t *shingles, size_t size, NearRoom *room) {
    if (!make_near_room(room, size / 4 + 1)) return NULL;
    uint16_t *halves = (uint16_t *)room->numbers;
    for (size_t at = 0; at < size; at++) halves[at] = (uint16_t)(shingles[at] >> 16);
    return halves;
}

/* Whether two texts share enough, given how many of their shingles' upper halves they share, or NOT_READABLE; some are shared
 * by chance. */
static uint8_t is_enough(int64_t shared, size_t mine, size_t theirs, const SieveRules *rules) {
    size_t smaller = mine < theirs ? mine : theirs, larger = mine < theirs ? theirs : mine;
    if (shared < 0) return IN_DOUBT;
    double share = (double)shared / (double)(smaller ? smaller : 1), by_chance = (double)larger / VALUES;
    if (share < rules->least_overlap) return NO;
    if (by_chance > rules->most_by_chance) return IN_DOUBT;
    return share - (1 - share) * by_chance >= rules->least_overlap ? YES : NO;
}

static int64_t sieve_one(const Sieved *all, size_t text, const uint8_t **sketch, const SieveRules *rules, uint8_t *told) {
    size_t size = (size_t)all->sizes[text];
    NearRoom room;
    uint16_t *mine = upper_halves(all->shingles[text], size, &room);
    if (!mine) return NO_MEMORY;
    Present present;
    know_numbers(mine, size, &present);
    int64_t answer = 0;
    for (int64_t story = all->edges[text]; answer >= 0 && story < all->edges[text + 1]; story++) {
        told[story] = UNKNOWN;
        if (!all->lengths[story]) continue;
        const uint8_t *theirs_at = *sketch;
        *sketch += all->lengths[story];
        int64_t theirs = answer = shingles_in(all->lengths[story]), place = story - all->edges[text];
        if (theirs < 0) break;
        int64_t shared = wirematch_shared_with(&present, mine, size, theirs_at, (size_t)theirs);
        int64_t smaller = theirs < (int64_t)size ? theirs : (int64_t)size;
        bool anyway = place < rules->second_look && smaller > 0 && smaller <= rules->short_text;
        told[story] = anyway ? YES : is_enough(shared, size, (size_t)theirs, rules);
    }
    leave_near_room(&room);
    return answer;
}

/* Tells whether each story is worth a comparison. Returns NOT_READABLE if something is no sketch. */
EXPORTED int64_t wirematch_sieve(const Sieved *all, const SieveRules *rules, uint8_t *told) {
    const uint8_t *sketch = all->sketches;
    for (size_t text = 0; text < all->count; text++) {
        int64_t answer = sieve_one(all, text, &sketch, rules, told);
        if (answer < 0) return answer;
    }
    return (int64_t)all->count;
}

static int64_t seek_one(const Sieved *all, size_t text, const uint8_t **sketch, const ExcerptRules *rules, uint8_t *told) {
    size_t size = (size_t)all->sizes[text], among = (size_t)rules->shared_among;
    if (among > size) among = size;
    NearRoom room;
    uint16_t *mine = upper_halves(all->shingles[text], size, &room);
    if (!mine) return NO_MEMORY;
    int64_t answer = 0;
    for (int64_t story = all->edges[text]; answer >= 0 && story < all->edges[text + 1]; story++) {
        told[story] = UNKNOWN;
        if (!all->lengths[story]) continue;
        const uint8_t *theirs_at = *sketch;
        *sketch += all->lengths[story];
        int64_t theirs = answer = shingles_in(all->lengths[story]);
        if (theirs < 0) break;
        told[story] = NO;
        if (!among || (int64_t)among < rules->fewest) continue;
        int64_t most = wirematch_neighbours_in(mine, size, among, theirs_at, (size_t)theirs);
        told[story] = most < 0 || most * rules->shared_among >= rules->least_shared * (int64_t)among ? YES : NO;
    }
    leave_near_room(&room);
    return answer;
}

/* Tells whether each story may hold an excerpt of its text; one with a damaged sketch may. Returns NOT_READABLE if something
 * is no sketch. */
EXPORTED int64_t wirematch_seek_excerpts(const Sieved *all, const ExcerptRules *rules, uint8_t *told) {
    const uint8_t *sketch = all->sketches;
    for (size_t text = 0; text < all->count; text++) {
        int64_t answer = seek_one(all, text, &sketch, rules, told);
        if (answer < 0) return answer;
    }
    return (int64_t)all->count;
}
