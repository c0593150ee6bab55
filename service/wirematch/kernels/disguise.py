"""``disguise.c``: whether it is worth asking if a text is disguised."""

from __future__ import annotations

import ctypes

from wirematch.kernels.library import Address, Size, bind

_may_be = bind(
    "wirematch_may_be_disguised", ctypes.c_int64, ctypes.c_char_p, Size, ctypes.c_char_p, Address
)  # fmt: skip


class DisguiseSigns(ctypes.Structure):
    """How many of each there are at the least; see ``wirematch.text.unmasking`` and ``spacing``."""

    _fields_ = (
        ("spaced", ctypes.c_size_t),  # characters of a row of letters and blanks in turns, with a blank at both ends
        ("unspaced", ctypes.c_size_t),  # letters in a row
        ("leet", ctypes.c_size_t),  # digits with a letter on either side
        ("false_digits", ctypes.c_size_t),  # places where a digit stands beside a letter in the shape of one
    )


def may_be_disguised(letters: bytes, kinds: bytes, signs: DisguiseSigns) -> bool:
    """Whether a text, in ASCII with something in the place of other letters, has any of the signs.

    ``kinds`` says of every byte what it is: ``a`` a letter, ``9`` a digit, a blank, or anything else. True on the
    Python path, where it is looked for in full.
    """
    return _may_be is None or bool(_may_be(letters, len(letters), kinds, ctypes.addressof(signs)))
