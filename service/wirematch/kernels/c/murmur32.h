/* MurmurHash3's finalizer (Appleby 2011), which datasketch's affine scheme applies to every hash first. */
#ifndef WIREMATCH_MURMUR32_H
#define WIREMATCH_MURMUR32_H

#include "kernel.h"

static inline uint32_t finished(uint32_t hash) {
    hash = (hash ^ hash >> 16) * 0x85EBCA6Bu;
    hash = (hash ^ hash >> 13) * 0xC2B2AE35u;
    return hash ^ hash >> 16;
}

#endif
