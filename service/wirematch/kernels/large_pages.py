"""Memory on large pages for randomly accessed tables: with small pages, address translation costs more than reading."""

from __future__ import annotations

import mmap
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import address

_PAGE = 2 << 20


def on_large_pages(size: int) -> NDArray[np.uint8]:
    """Return zeroed memory, on large pages where the system has them."""
    if size < _PAGE >> 3 or not hasattr(mmap, "MADV_HUGEPAGE"):
        return np.zeros(size, np.uint8)
    try:
        memory = mmap.mmap(-1, size + _PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except OSError:  # if memory is short, let numpy raise, as for any other array
        return np.zeros(size, np.uint8)
    with suppress(OSError):  # kernels built without huge pages
        memory.madvise(mmap.MADV_HUGEPAGE)
    whole = np.frombuffer(memory, np.uint8)
    begin = -address(whole) % _PAGE
    return whole[begin : begin + size]
