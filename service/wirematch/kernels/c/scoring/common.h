/* Passages in both of two texts that many others hold, too. */
#ifndef WIREMATCH_COMMON_H
#define WIREMATCH_COMMON_H

#include "forms/phrases.h"

/* Keeps in `mine`, one flag a word, the runs of at least `least`; flags in `theirs` the words within the same four-word
 * phrases, in runs as long. Returns 1 if both texts have some, else 0. */
EXPORTED int64_t wirematch_common_passages(const Phrases *my_phrases, const Phrases *their_phrases, size_t least,
                                           uint8_t *mine, uint8_t *theirs);

#endif
