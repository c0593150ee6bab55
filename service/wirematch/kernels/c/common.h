/* Passages that everybody has, in both of two texts. */
#ifndef WIREMATCH_COMMON_H
#define WIREMATCH_COMMON_H

#include "phrases.h"

/* Of `mine`, a flag a word, those in rows of at least `least` are left; of `theirs`, those words are flagged that stand in
 * phrases of four words within these, in as long rows. 1 where both have some, else 0. */
EXPORTED int64_t wirematch_common_passages(const Phrases *my_phrases, const Phrases *their_phrases, size_t least,
                                           uint8_t *mine, uint8_t *theirs);

#endif
