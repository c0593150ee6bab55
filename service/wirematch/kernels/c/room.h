/* Scratch memory for a kernel: on the stack for most texts, where it stays in the cache from one text to the next. Memory
 * from malloc lies between longer-lived blocks, somewhere else each time.
 */
#ifndef WIREMATCH_ROOM_H
#define WIREMATCH_ROOM_H

#include "kernel.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ROOM_IS_WATCHED 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ROOM_IS_WATCHED 1
#endif

#if defined(ROOM_IS_WATCHED)
enum { NEAR_NUMBERS = 1 }; /* so that overruns are overruns of the allocation */
#else
enum { NEAR_NUMBERS = 4096 }; /* 32 KB, of a stack of at least 128 */
#endif

/* For functions with such memory that are called by others that have some, so that both are never on the stack at once. */
#define APART __attribute__((noinline))

typedef struct {
    uint64_t *numbers; /* NULL if there is no memory */
    uint64_t near[NEAR_NUMBERS];
} NearRoom;

static inline bool make_near_room(NearRoom *room, size_t count) {
    room->numbers = count <= NEAR_NUMBERS ? room->near : malloc(count * sizeof *room->numbers);
    return room->numbers;
}

static inline void leave_near_room(const NearRoom *room) {
    if (room->numbers != room->near) free(room->numbers);
}

#endif
