"""``sketch.c``: make sketches and compare them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import Address, Size, address, bind

_sketch = bind("wirematch_sketch", None, Address, Size, Address)
_overlaps = bind("wirematch_sketch_overlaps", None, Address, Size, Address, Address, Size, Address)


def sketch(shingles: NDArray[np.uint32], size: int) -> bytes | None:
    """Encode sorted shingles into a sketch of ``size`` bytes; None without compiled kernels."""
    if _sketch is None:
        return None
    made = np.empty(size, np.uint8)
    _sketch(address(np.ascontiguousarray(shingles, np.uint32)), len(shingles), address(made))
    return made.tobytes()


def sketch_overlaps(
    mine: NDArray[np.uint16], sketches: Sequence[bytes], sizes: NDArray[np.int64]
) -> NDArray[np.float64] | None:
    """See ``wirematch.fingerprint.sketch``; ``sizes`` are the sketches' shingles. None without compiled kernels."""
    if _overlaps is None:
        return None
    shares = np.zeros(len(sketches))
    if len(sketches):
        joined = np.frombuffer(b"".join(sketches), np.uint8)
        _overlaps(address(mine), len(mine), address(joined), address(sizes), len(sketches), address(shares))
    return shares
