"""``segments.c``: starts of sentences, where they can be decided quickly."""

from __future__ import annotations

import ctypes
from array import array

import numpy as np

from wirematch.kernels.library import Size, address, bind, enough

_segments = bind("wirematch_segments", ctypes.c_int64, ctypes.c_char_p, Size, ctypes.c_void_p)

INT32 = "i"


def segments(encoded: bytes) -> array[int] | None:
    """Return the code points where sentences of a UTF-8 text begin; None where sentencex has to decide."""
    if _segments is None:
        return None
    room = np.empty(len(encoded) + 1, np.int32)
    count = enough(_segments(encoded, len(encoded), address(room)))
    return None if count < 0 else array(INT32, room[:count].tobytes())
