/* Identifies the sources of this library; library.py loads no other version. */
#include "kernel.h"

#ifndef WIREMATCH_SOURCES
#define WIREMATCH_SOURCES "unknown"
#endif

EXPORTED const char *wirematch_sources(void) { return WIREMATCH_SOURCES; }
