"""Memory for tables that are read from all over: with small pages, finding a page takes longer than reading it."""

from __future__ import annotations

import mmap
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import address

_PAGE = 2 << 20


def on_large_pages(size: int) -> NDArray[np.uint8]:
    """Zeros, on large pages where the system has them."""
    if size < _PAGE >> 3 or not hasattr(mmap, "MADV_HUGEPAGE"):
        return np.zeros(size, np.uint8)
    try:
        memory = mmap.mmap(-1, size + _PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except OSError:  # there is room for less, or for nothing, of which numpy tells as of all other arrays
        return np.zeros(size, np.uint8)
    with suppress(OSError):  # of systems built without
        memory.madvise(mmap.MADV_HUGEPAGE)
    whole = np.frombuffer(memory, np.uint8)
    begin = -address(whole) % _PAGE
    return whole[begin : begin + size]
