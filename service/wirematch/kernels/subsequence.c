/* The longest common subsequence of two lists of hashes: 64 words of the one at a time against all of the other, a bit a
 * word (Hyyrö 2004). Time is the product of both lengths by 64, memory their sum.
 */
#include "interning.h"

/* One block of up to 64 words, held by `masks` (which of them equal a word), against the whole of the other text.
 * `carries` holds what the block before hands on at each word of the other; this one's is written in its place. */
static uint64_t pass_block(const uint64_t *masks, const int32_t *theirs, size_t size, uint8_t *carries) {
    uint64_t state = ~UINT64_C(0);
    for (size_t at = 0; at < size; at++) {
        uint64_t matches = theirs[at] < 0 ? 0 : masks[theirs[at]];
        uint64_t matched = state & matches, carry = carries[at];
        uint64_t half = state + matched, sum = half + carry;
        carries[at] = half < state || sum < half;
        state = sum | (state & ~matches);
    }
    return state;
}

static int64_t blocks_of(const uint32_t *mine, size_t size, const int32_t *theirs, size_t their_size, uint64_t *masks,
                         uint8_t *carries) {
    int64_t common = 0;
    for (size_t first = 0; first < size; first += 64) {
        size_t words = size - first < 64 ? size - first : 64;
        for (size_t word = 0; word < words; word++) masks[mine[first + word]] |= UINT64_C(1) << word;
        uint64_t state = pass_block(masks, theirs, their_size, carries);
        for (size_t word = 0; word < words; word++) masks[mine[first + word]] = 0;
        if (words < 64) state |= ~UINT64_C(0) << words;
        common += __builtin_popcountll(~state);
    }
    return common;
}

/* One block of memory for all that two texts need. */
typedef struct {
    uint64_t *masks;
    uint32_t *distinct, *places, *their_distinct, *their_places;
    int32_t *matching, *numbers;
    uint8_t *carries;
} Room;

static bool make_room(Room *room, size_t size, size_t their_size) {
    room->masks = calloc(1, size * (8 + 2 * 4) + their_size * (4 * 4 + 1));
    if (!room->masks) return false;
    room->distinct = (uint32_t *)(room->masks + size);
    room->places = room->distinct + size;
    room->their_distinct = room->places + size;
    room->their_places = room->their_distinct + their_size;
    room->matching = (int32_t *)(room->their_places + their_size);
    room->numbers = room->matching + their_size;
    room->carries = (uint8_t *)(room->numbers + their_size);
    return true;
}

/* How many hashes both lists hold in the same order, whatever stands between. */
EXPORTED int64_t wirematch_common_in_order(const uint32_t *mine, size_t size, const uint32_t *theirs,
                                           size_t their_size) {
    if (size > INT32_MAX || their_size > INT32_MAX) return NOT_READABLE;
    if (!size || !their_size) return 0;
    Room room;
    if (!make_room(&room, size, their_size)) return NO_MEMORY;
    int64_t common = NO_MEMORY, count = intern(mine, size, room.distinct, room.places),
            their_count = intern(theirs, their_size, room.their_distinct, room.their_places);
    if (count >= 0 && their_count >= 0) {
        match_places(room.their_distinct, (size_t)their_count, room.distinct, (size_t)count, room.matching);
        for (size_t at = 0; at < their_size; at++) room.numbers[at] = room.matching[room.their_places[at]];
        common = blocks_of(room.places, size, room.numbers, their_size, room.masks, room.carries);
    }
    free(room.masks);
    return common;
}
