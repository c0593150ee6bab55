/* Finds the body of an article in JSON. */
#ifndef WIREMATCH_JSON_H
#define WIREMATCH_JSON_H

#include "kernel.h"

/* A JSON string, between its quotation marks. */
typedef struct {
    const uint8_t *at, *end;
    size_t size; /* bytes in UTF-8, unescaped */
} Quoted;

/* Finds the only body of an article without a format and without an imprint; false for anything else. */
bool wirematch_find_body(const uint8_t *json, size_t size, Quoted *body);

/* Unescapes a JSON string into `room` bytes; false if the result does not have exactly that size. */
bool wirematch_unescape(const uint8_t *written, size_t size, uint8_t *text, size_t room);

/* Counts the names in the objects of valid JSON: the colons outside of strings. */
int64_t wirematch_count_names(const uint8_t *json, size_t size);

#endif
