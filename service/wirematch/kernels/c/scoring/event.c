/* Which phrases of a submission the event's other articles hold, as bit masks over neighbours; the kernel of
 * wirematch.matching.neighbours.event.
 */
#include "scoring/event.h"

#include "scoring/phrase_keys.h"
#include "spreading.h"

/* Counts the sampled phrases that any two of the texts share. */
static bool count_shared(const Phrases *const *texts, size_t count, uint32_t shared[][MOST_NEIGHBOURS + 1]) {
    size_t all = 0;
    for (size_t text = 0; text < count; text++) all += texts[text]->sample_count;
    uint64_t *numbers = malloc(2 * (all + 1) * sizeof *numbers);
    if (!numbers) return false;
    size_t put = 0;
    for (size_t text = 0; text < count; text++)
        for (size_t at = 0; at < texts[text]->sample_count; at++)
            numbers[put++] = owned(texts[text]->sample[at], text);
    sort_numbers(numbers, numbers + all, all);
    for (size_t first = 0, end; first < all; first = end) {
        for (end = first + 1; end < all && hash_in(numbers[end]) == hash_in(numbers[first]); end++)
            for (size_t other = first; other < end; other++) shared[owner_in(numbers[other])][owner_in(numbers[end])]++;
    }
    free(numbers);
    return true;
}

/* Neighbours that depend on one another, directly or not, are one voice. */
static void find_voices(EventTable *table) {
    size_t count = (size_t)table->neighbours;
    table->voices = 0;
    uint32_t done = 0;
    for (size_t first = 0; first < count; first++) {
        if (done >> first & 1) continue;
        uint32_t reached = UINT32_C(1) << first, before = 0;
        while (reached != before) {
            before = reached;
            for (size_t one = 0; one < count; one++)
                if (before >> one & 1) reached |= table->close[one];
        }
        for (size_t one = 0; one < count; one++)
            if (reached >> one & 1) table->voice_of[one] = table->voices;
        table->voices++;
        done |= reached;
    }
}

/* Builds the event of a submission among at most MOST_NEIGHBOURS texts; the first three arrays of `table` have an entry per
 * phrase. */
EXPORTED int64_t wirematch_event(const Phrases *submission, const Phrases *const *neighbours, size_t count,
                                 const EventRules *rules, EventTable *table) {
    if (count > MOST_NEIGHBOURS || !is_of_words(submission)) return NOT_READABLE;
    table->neighbours = (int64_t)count;
    memset(table->held, 0, submission->count * sizeof *table->held);
    memset(table->own, 0, submission->count * sizeof *table->own);
    KeysOf keys;
    know_keys(submission, &keys);
    for (size_t one = 0; one < count; one++)
        mark_held(&keys, neighbours[one], UINT32_C(1) << one, table->held, table->own);
    const Phrases *all[MOST_NEIGHBOURS + 1];
    memcpy(all, neighbours, count * sizeof *all);
    all[count] = submission;
    uint32_t shared[MOST_NEIGHBOURS + 1][MOST_NEIGHBOURS + 1] = {{0}};
    if (!count_shared(all, count + 1, shared)) return NO_MEMORY;
    table->close_to_submission = 0;
    for (size_t one = 0; one < count; one++) {
        table->close[one] = UINT32_C(1) << one;
        for (size_t other = 0; other < count; other++) {
            uint32_t both = one < other ? shared[one][other] : shared[other][one];
            if (other != one && depend(both, all[one]->sample_count, all[other]->sample_count, rules))
                table->close[one] |= UINT32_C(1) << other;
        }
        if (depend(shared[one][count], all[one]->sample_count, submission->sample_count, rules))
            table->close_to_submission |= UINT32_C(1) << one;
    }
    find_voices(table);
    for (size_t at = 0; at < submission->count; at++) table->heard[at] = voices_of(table, table->held[at]);
    table->may_be_common = table->voices >= rules->many &&
                           (int64_t)mark_common(submission, table, 0, rules->many, NULL) >= rules->least_common;
    return (int64_t)table->voices;
}

/* Flags the submission's words within four-word phrases that many voices hold, other than the submission's own voice and
 * those of `close`. */
EXPORTED void wirematch_common_words(const Phrases *submission, const EventTable *table, uint32_t close,
                                     const EventRules *rules, uint8_t *flags) {
    uint32_t bound = voices_of(table, close | table->close_to_submission);
    mark_common(submission, table, bound, rules->many, flags);
}

/* Counts for each phrase of the submission the voices that hold it, other than its own and those of `close`; returns the
 * number of such voices. */
EXPORTED int64_t wirematch_holders(const Phrases *submission, const EventTable *table, uint32_t close, int64_t *holders) {
    uint32_t bound = voices_of(table, close | table->close_to_submission);
    for (size_t at = 0; at < submission->count; at++) holders[at] = ones(table->heard[at] & ~bound);
    return table->voices - ones(bound);
}
