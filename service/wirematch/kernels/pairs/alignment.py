"""``alignment.c``: find the passages that two texts share."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats32
from wirematch.kernels.library import Address, Size, address, bind, enough
from wirematch.kernels.pairs.measuring import MeasuredText
from wirematch.kernels.pairs.runs import RUN
from wirematch.kernels.pairs.sentences import Side

PASSAGE = np.dtype(
    [
        ("start", np.int32),
        ("end", np.int32),
        ("story_start", np.int32),
        ("story_end", np.int32),
        ("equal", np.float64),
        ("verbatim", np.int64),
    ]
)
"""As in ``rewording.h``."""

_align = bind(
    "wirematch_align",
    ctypes.c_int64,
    Address, Address, Address, ctypes.c_int64, Address, Size, Address, Address, Size, Address, Address, Size,
)  # fmt: skip
_find = bind(
    "wirematch_find_passages",
    ctypes.c_int64,
    Address, Address, ctypes.c_int64, Address, Address, Size, Address, Size, Address,
)  # fmt: skip


class Rules(ctypes.Structure):
    """Thresholds for passages; see ``wirematch.matching.pairs.alignment``."""

    _fields_ = (
        ("run_stands_alone", ctypes.c_int64),
        ("reworded_words", ctypes.c_int64),
        ("bridged_words", ctypes.c_int64),
        ("least_piece", ctypes.c_int64),
        ("mostly_taken", ctypes.c_double),
        ("reworded", ctypes.c_double),
        ("still_verbatim", ctypes.c_double),
        ("gained_by_neighbour", ctypes.c_double),
        ("least_weight", ctypes.c_double),
        ("rounding", ctypes.c_double),
    )


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
    # A piece of a run has at least one word. See also ``align``.
    pieces = np.empty(mine.side.size, RUN)
    passages = np.empty(4 * len(pieces) + 2 * mine.side.sentence_count + 8, PASSAGE)
    found = _FoundInC()
    where = ctypes.addressof(rules), address(pieces), len(pieces), address(passages), len(passages)
    count = enough(_find(mine.at, theirs.at, weights_of_story, *where, ctypes.addressof(found)))
    if count < 0:
        return None
    how_much = HowMuch(found.covered, found.taken)
    return PassagesFound(passages[:count].copy(), pieces[: found.pieces].copy(), how_much)


def align(  # noqa: PLR0913 - two texts, and what is known of them
    mine: Side, theirs: Side, in_story: Floats32, runs: NDArray[np.int32], rules: Rules, *, weights_of_story: bool
) -> tuple[NDArray[np.void], NDArray[np.void]] | None:
    """Return records of ``PASSAGE``, and of ``RUN`` for the runs cut at furniture; None without compiled kernels.

    ``in_story`` is i x j; ``runs`` is k x 3, with the fields of ``RUN``. Also None for runs that are not of these
    texts, not in order, or overlapping.
    """
    if _align is None:
        return None
    if in_story.shape != (mine.sentences, theirs.sentences):
        raise ValueError("the overlap of other texts")
    shares = np.ascontiguousarray(in_story, np.float32)
    # A piece of a run has at least one word. A sentence has at most one gap more than blocks, and no more blocks than
    # pieces exist; each gap is one passage or holds pieces, and two gaps share at most one piece.
    pieces = np.empty(max(0, int(runs[:, 2].sum())), RUN)
    passages = np.empty(4 * len(pieces) + 2 * mine.sentences + 8, PASSAGE)
    cut = ctypes.c_size_t()
    found = enough(
        _align(
            ctypes.addressof(mine.native),
            ctypes.addressof(theirs.native),
            address(shares),
            weights_of_story,
            address(runs),
            len(runs),
            ctypes.addressof(rules),
            address(pieces),
            len(pieces),
            ctypes.addressof(cut),
            address(passages),
            len(passages),
        )
    )
    return None if found < 0 else (passages[:found].copy(), pieces[: cut.value].copy())
