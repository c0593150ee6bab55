"""``sentences.c`` and ``alignment.c``: overlap of the sentences of two texts, and the passages that they share."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats32
from wirematch.kernels.library import Address, Size, address, bind, enough
from wirematch.kernels.pairs.runs import RUN

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

_intern = bind("wirematch_intern", ctypes.c_int64, Address, Size, Address, Address)
_overlap = bind("wirematch_overlap_sentences", ctypes.c_int64, Address, Address, Address, Address)
_align = bind(
    "wirematch_align",
    ctypes.c_int64,
    Address, Address, Address, ctypes.c_int64, Address, Size, Address, Address, Size, Address, Address, Size,
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
        ("rounding", ctypes.c_double),
    )


class SideStructure(ctypes.Structure):
    """As ``Side`` in ``sentences.h``."""

    _fields_ = (
        ("vocabulary", ctypes.c_void_p),
        ("vocabulary_weights", ctypes.c_void_p),
        ("vocabulary_size", ctypes.c_size_t),
        ("entry_sentences", ctypes.c_void_p),
        ("entry_places", ctypes.c_void_p),
        ("entry_count", ctypes.c_size_t),
        ("sentence_weights", ctypes.c_void_p),
        ("sentences", ctypes.c_void_p),
        ("sentence_count", ctypes.c_size_t),
        ("stem_places", ctypes.c_void_p),
        ("weights", ctypes.c_void_p),
        ("parts", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("stems", ctypes.c_void_p),
        ("stem_count", ctypes.c_size_t),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A text of ``n`` words in ``m`` sentences, prepared for comparison by sentences."""

    native: ctypes.Structure
    sentences: int
    words: int
    held: tuple[object, ...]
    """The arrays that ``native`` points to."""

    @classmethod
    def of(  # noqa: PLR0913 - a text from all sides
        cls,
        vocabulary: NDArray[np.uint32],
        vocabulary_weights: Floats32,
        entries: tuple[NDArray[np.intp], NDArray[np.intp]],
        sentence_weights: Floats32,
        sentences: NDArray[np.int32],
        stems: NDArray[np.uint32],
        weights: Floats32,
        parts: NDArray[np.int32],
    ) -> Side | None:
        """Convert the arrays of a profile, ``entries`` ordered by sentence; None without compiled kernels."""
        if _intern is None:
            return None
        distinct, places = np.empty(len(stems), np.uint32), np.empty(len(stems), np.uint32)
        stems = np.ascontiguousarray(stems, np.uint32)
        count = enough(_intern(address(stems), len(stems), address(distinct), address(places)))
        held = (
            np.ascontiguousarray(vocabulary, np.uint32),
            np.ascontiguousarray(vocabulary_weights, np.float32),
            np.ascontiguousarray(entries[0], np.uint32),
            np.ascontiguousarray(entries[1], np.uint32),
            np.ascontiguousarray(sentence_weights, np.float32),
            np.ascontiguousarray(sentences, np.int32),
            places,
            np.ascontiguousarray(weights, np.float32),
            np.ascontiguousarray(parts, np.int32),
            distinct,
        )
        at = [address(array) for array in held]
        native = SideStructure(
            at[0], at[1], len(held[0]), at[2], at[3], len(held[2]), at[4], at[5], len(held[4]),
            at[6], at[7], at[8], len(stems), at[9], count,
        )  # fmt: skip
        if not len(held[5]) == len(held[4]) + 1 or not len(held[7]) == len(held[8]) == len(stems):
            raise ValueError("arrays of different texts")
        return cls(native, len(held[4]), len(stems), held)


def overlap_sentences(mine: Side, theirs: Side) -> tuple[Floats32, Floats32] | None:
    """Return the shares of my i sentences found in their j, and of theirs found in mine; both i x j.

    None without compiled kernels.
    """
    if _overlap is None:
        return None
    shape = mine.sentences, theirs.sentences
    in_story, in_submission = np.empty(shape, np.float32), np.empty(shape, np.float32)
    sides = ctypes.addressof(mine.native), ctypes.addressof(theirs.native)
    found = enough(_overlap(*sides, address(in_story), address(in_submission)))
    return None if found < 0 else (in_story, in_submission)


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
