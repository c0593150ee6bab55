"""``plain.c``: whether a text is certainly as a person reads it."""

from __future__ import annotations

import ctypes

from wirematch.kernels.library import Address, Size, bind

_is_plain = bind("wirematch_is_plain", ctypes.c_int64, ctypes.c_char_p, Size, Address)


class Signs(ctypes.Structure):
    """Of a disguise, so many of each that Python has to look; as in ``plain.c``."""

    _fields_ = (
        ("row", ctypes.c_size_t),
        ("apart", ctypes.c_size_t),
        ("within", ctypes.c_size_t),
        ("like_digits", ctypes.c_size_t),
    )


def is_plain(text: str, bounds: Signs) -> bool:
    """Whether a text has fewer signs of a disguise, whichever; False where that is not known, as on the Python path."""
    if _is_plain is None or not text.isascii():
        return False
    encoded = text.encode("ascii")
    return bool(_is_plain(encoded, len(encoded), ctypes.addressof(bounds)))
