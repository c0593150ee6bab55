/* The layout of a stored record; see wirematch.index.records.codec and wirematch.index.records.tail. */
#ifndef WIREMATCH_RECORDS_H
#define WIREMATCH_RECORDS_H

#include "kernel.h"

/* Byte offsets in a record of a text without markup. kernels/index/records.py has the same fields. */
typedef struct {
    int64_t readable; /* 1; 0 if Python has to read the record, and then no other field is valid */
    int64_t stored;   /* ms since 1970 */
    int64_t source_at, json_at, json_end;
    int64_t text_at, text_end; /* the body in JSON, between its quotation marks */
    int64_t text_size;         /* bytes of the body in UTF-8 */
    int64_t skeleton_size, checksum;
} Places;

#endif
