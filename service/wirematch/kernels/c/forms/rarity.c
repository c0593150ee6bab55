#include "forms/rarity.h"

EXPORTED void wirematch_fill_shelves(const Rarity *rarity, Shelf *shelves) {
    size_t at = 0;
    for (size_t number = 0; number < (size_t)1 << rarity->shelf_bits; number++) {
        Shelf *shelf = &shelves[number];
        size_t count = 0;
        for (; at < rarity->size && shelf_of(rarity, rarity->hashes[at]) == number; at++) {
            if (count == ON_A_SHELF || (at && rarity->hashes[at] == rarity->hashes[at - 1])) continue; /* keep the first */
            shelf->hashes[count] = rarity->hashes[at];
            shelf->weights[count++] = bits_of(rarity->weights[at]);
        }
        for (; count < ON_A_SHELF; count++) shelf->hashes[count] = (uint32_t)((number ^ 1) << (32 - rarity->shelf_bits));
    }
}
