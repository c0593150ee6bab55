/* Which sources this library was made of: library.py loads no other. */
#include "kernel.h"

#ifndef WIREMATCH_SOURCES
#define WIREMATCH_SOURCES "unknown"
#endif

EXPORTED const char *wirematch_sources(void) { return WIREMATCH_SOURCES; }
