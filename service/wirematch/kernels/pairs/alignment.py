"""``alignment.c``: find the passages that two measured texts share."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import Address, Size, address, bind, enough
from wirematch.kernels.pairs.measuring import MeasuredText
from wirematch.kernels.pairs.runs import RUN
from wirematch.kernels.pairs.sentences import PASSAGE, Rules

_find = bind(
    "wirematch_find_passages",
    ctypes.c_int64,
    Address, Address, ctypes.c_int64, Address, Address, Size, Address, Size, Address,
)  # fmt: skip


class _FoundInC(ctypes.Structure):
    _fields_ = (("pieces", ctypes.c_size_t), ("covered", ctypes.c_int64), ("taken", ctypes.c_int64))


class HowMuch(NamedTuple):
    """How many of a text's words are in passages found in another, and in runs taken word for word."""

    covered: int
    taken: int


@dataclass(frozen=True, slots=True, eq=False)
class PassagesFound:
    """Records of ``PASSAGE``, and of ``RUN``: the runs, cut at furniture."""

    passages: NDArray[np.void]
    runs: NDArray[np.void]
    how_much: HowMuch


def find_passages(
    mine: MeasuredText, theirs: MeasuredText, rules: Rules, *, weights_of_story: bool
) -> PassagesFound | None:
    """Find the passages of my text in theirs; None on the Python path.

    Sentences are compared with my text's weights or, with ``weights_of_story``, with theirs.
    """
    if _find is None:
        return None
    # A piece of a run has at least one word. See also ``wirematch.kernels.pairs.sentences.align``.
    pieces = np.empty(mine.side.size, RUN)
    passages = np.empty(4 * len(pieces) + 2 * mine.side.sentence_count + 8, PASSAGE)
    found = _FoundInC()
    where = ctypes.addressof(rules), address(pieces), len(pieces), address(passages), len(passages)
    count = enough(_find(mine.at, theirs.at, weights_of_story, *where, ctypes.addressof(found)))
    if count < 0:
        return None
    how_much = HowMuch(found.covered, found.taken)
    return PassagesFound(passages[:count].copy(), pieces[: found.pieces].copy(), how_much)
