"""``disguise.c``: a quick test whether a text may be disguised."""

from __future__ import annotations

import ctypes

from wirematch.kernels.library import Address, Size, bind

_may_be = bind(
    "wirematch_may_be_disguised", ctypes.c_int64, ctypes.c_char_p, Size, ctypes.c_char_p, Address
)  # fmt: skip


class DisguiseSigns(ctypes.Structure):
    """Least sizes or numbers of each sign; see ``wirematch.text.unmasking.unmask`` and ``spacing``."""

    _fields_ = (
        ("spaced", ctypes.c_size_t),  # characters in a run of alternating letters and blanks, with blanks at both ends
        ("unspaced", ctypes.c_size_t),  # letters in a row
        ("leet", ctypes.c_size_t),  # digits with a letter on either side
        ("false_digits", ctypes.c_size_t),  # pairs of a digit and a letter that looks like one
    )


def may_be_disguised(letters: bytes, kinds: bytes, signs: DisguiseSigns) -> bool:
    """Whether a text shows any sign of disguise; it is given in ASCII, with placeholders for other letters.

    ``kinds`` maps every byte to ``a`` for a letter, ``9`` for a digit, a blank, or anything else. Always true without
    compiled kernels, so that the full search decides.
    """
    return _may_be is None or bool(_may_be(letters, len(letters), kinds, ctypes.addressof(signs)))
