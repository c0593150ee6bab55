"""``screening.c``: decide which of many stories are worth measuring."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats64
from wirematch.kernels.forms.form import Form
from wirematch.kernels.library import Address, Size, address, addresses, bind, enough

_screen = bind(
    "wirematch_screen", ctypes.c_int64, Address, Address, Size, Address, Address, Address, Address
)  # fmt: skip


class ScreeningRules(ctypes.Structure):
    """Thresholds; see ``wirematch.matching.choosing``."""

    _fields_ = (("worth_measuring", ctypes.c_double), ("related", ctypes.c_double), ("at_least", ctypes.c_int64))


def screen(
    submission: Form, stories: Sequence[Form], pairs: NDArray[np.void], rules: ScreeningRules
) -> tuple[Floats64, NDArray[np.uint8]] | None:
    """Return similarity and choice for m stories with their event facts; None without compiled kernels."""
    if _screen is None:
        return None
    if len(pairs) != len(stories):
        raise ValueError("pairs of other stories")
    alike, choices = np.empty(len(stories)), np.empty(len(stories), np.uint8)
    at = addresses([story.at for story in stories])
    where = submission.at, at, len(stories), address(pairs), ctypes.addressof(rules)
    answer = enough(_screen(*where, address(alike), address(choices)))
    return None if answer < 0 else (alike, choices)
