/* The body of an article in JSON. */
#ifndef WIREMATCH_JSON_H
#define WIREMATCH_JSON_H

#include "kernel.h"

/* A string of JSON, between its quotation marks. */
typedef struct {
    const uint8_t *at, *end;
    size_t size; /* bytes of it in UTF-8 */
} Quoted;

/* The one body of an article that has no format and is no imprint; false for anything else. */
bool wirematch_find_body(const uint8_t *json, size_t size, Quoted *body);

/* What is written between two quotation marks, as it is meant, in `room` bytes; false where that is not just as long. */
bool wirematch_unescape(const uint8_t *written, size_t size, uint8_t *text, size_t room);

#endif
