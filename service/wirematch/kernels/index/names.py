"""``json.c``: count the names in JSON."""

from __future__ import annotations

import ctypes

from wirematch.kernels.library import Size, bind

_count = bind("wirematch_count_names", ctypes.c_int64, ctypes.c_char_p, Size)


def count_names(json: bytes) -> int | None:
    """Return how many names the objects of valid JSON have, repeated ones included; None without compiled kernels."""
    return None if _count is None else int(_count(json, len(json)))
