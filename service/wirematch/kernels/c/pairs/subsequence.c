/* Longest common subsequence of two lists of hashes. */
#include "pairs/subsequence.h"
#include "interning.h"

/* One allocation for everything that two texts need. */
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

/* Length of the longest common subsequence. */
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
        common = common_in_order(room.places, size, room.numbers, their_size, room.masks, room.carries);
    }
    free(room.masks);
    return common;
}
