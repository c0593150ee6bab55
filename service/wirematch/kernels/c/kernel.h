/* What all kernels share. Kernels are called through ctypes, which releases the GIL: a kernel reads what it is given, writes
 * where it is told, and touches nothing that another thread may change (vocabulary.h has the one exception).
 *
 * Sizes are counts of elements. Nothing recurses over its input, and no kernel's memory is quadratic in a text's length.
 */
#ifndef WIREMATCH_KERNEL_H
#define WIREMATCH_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(_WIN32)
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif

/* Negative answers, the same for all kernels; kernels/library.py has the same numbers. */
enum {
    NOT_READABLE = -1, /* Python has to do it */
    NO_MEMORY = -2,
    NOT_OF_THIS_TEXT = -3,
};

#endif
