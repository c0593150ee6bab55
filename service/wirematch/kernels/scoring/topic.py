"""``topic.c``: the corresponding stretches of two texts, for many pairs."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import Address, Size, address, addresses, bind, enough
from wirematch.kernels.pairs.measuring import MeasuredText

_stretches = bind("wirematch_stretches", ctypes.c_int64, Address, Address, Size, Address, Address)


class TopicRules(ctypes.Structure):
    """Thresholds; see ``wirematch.matching.topic``."""

    _fields_ = (
        ("on_topic", ctypes.c_double),
        ("mostly_elsewhere", ctypes.c_double),
        ("least_stretch", ctypes.c_int64),
    )


def stretches(pairs: Sequence[tuple[MeasuredText, MeasuredText]], rules: TopicRules) -> NDArray[np.int64] | None:
    """Return the half-open stretches of words in both texts of m pairs, m x 2 x 2; negative for a whole text.

    None without compiled kernels.
    """
    if _stretches is None:
        return None
    found = np.empty((len(pairs), 2, 2), np.int64)
    one, other = (addresses([pair[side].at for pair in pairs]) for side in (0, 1))
    enough(_stretches(one, other, len(pairs), ctypes.addressof(rules), address(found)))
    return found
