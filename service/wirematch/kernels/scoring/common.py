"""``common.c``: passages in both of two texts that many others hold, too."""

from __future__ import annotations

import ctypes

import numpy as np

from wirematch.arrays import Flags
from wirematch.kernels.forms.form import Form
from wirematch.kernels.library import Address, Size, address, bind, enough

_passages = bind("wirematch_common_passages", ctypes.c_int64, Address, Address, Size, Address, Address)


def common_passages(mine: Form, theirs: Form, common: Flags, least: int) -> tuple[Flags, Flags] | None:
    """Flag my ``common`` words in runs of at least ``least``, of n words, and those of their m words in equal phrases.

    If either text has none, both results are empty. None without compiled kernels.
    """
    if _passages is None or len(common) != mine.size:
        return None
    flags, found = np.array(common, np.bool_), np.empty(theirs.size, np.bool_)
    answer = enough(_passages(mine.phrases_at, theirs.phrases_at, least, address(flags), address(found)))
    if answer < 0:
        return None
    if not answer:
        flags[:] = found[:] = False
    return flags, found
