"""``disguise.c``: whether it is worth asking if a text is disguised."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field

from wirematch.kernels.library import Address, Size, bind

_may_be = bind(
    "wirematch_may_be_disguised", ctypes.c_int64, ctypes.c_char_p, Size, ctypes.c_char_p, Address
)  # fmt: skip


class _Signs(ctypes.Structure):
    _fields_ = (
        ("spaced", ctypes.c_size_t),
        ("unspaced", ctypes.c_size_t),
        ("leet", ctypes.c_size_t),
        ("false_digits", ctypes.c_size_t),
    )


@dataclass(frozen=True, slots=True, eq=False)
class DisguiseSigns:
    """How many of each there are at the least; see ``wirematch.text.unmasking`` and ``spacing``."""

    kinds: bytes
    """Of every byte what it is: ``a`` a letter, ``9`` a digit, a blank, or anything else."""
    spaced: int
    """Characters of a row of letters and blanks in turns, with a blank at both ends."""
    unspaced: int
    """Letters in a row."""
    leet: int
    """Digits with a letter on either side."""
    false_digits: int
    """Places where a digit stands beside a letter in the shape of one."""
    native: ctypes.Structure = field(init=False)

    def __post_init__(self) -> None:
        """For the kernel."""
        object.__setattr__(self, "native", _Signs(self.spaced, self.unspaced, self.leet, self.false_digits))


def may_be_disguised(letters: bytes, signs: DisguiseSigns) -> bool:
    """Whether a text, in ASCII with something in the place of other letters, has any of the signs.

    True on the Python path, where it is looked for in full.
    """
    return _may_be is None or bool(_may_be(letters, len(letters), signs.kinds, ctypes.addressof(signs.native)))
