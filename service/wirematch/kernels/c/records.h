/* Where things stand in a stored record: what wirematch.index.records.codec and record_tail say of its bytes. */
#ifndef WIREMATCH_RECORDS_H
#define WIREMATCH_RECORDS_H

#include "kernel.h"

/* Of a record with a text that has no markup, in bytes from its beginning. kernels/records.py has the same fields. */
typedef struct {
    int64_t readable; /* 1, or 0 where Python has to read the record: then nothing else here counts */
    int64_t stored;   /* ms since 1970 */
    int64_t source_at, json_at, json_end;
    int64_t text_at, text_end; /* the body as JSON writes it, between its quotation marks */
    int64_t text_size;         /* bytes of the body in UTF-8 */
    int64_t skeleton_size, checksum;
} Places;

#endif
