"""``event.c`` and ``event_pairs.c``: which phrases of a submission the event's other articles hold."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags, Floats64
from wirematch.kernels.forms.form import Form
from wirematch.kernels.library import Address, Size, address, addresses, bind, enough

MOST_NEIGHBOURS = 32
HOLDERS = MOST_NEIGHBOURS + 1
PAIR = np.dtype(
    [
        ("features", np.float64, (2,)),
        ("voices", np.int64),
        ("excerpt", np.int64),
        ("common", np.int64),
        ("close", np.uint64),
    ]
)
"""Event facts of a pair: its two features, named in ``wirematch.matching.neighbours.event``; number of other voices;
whether the submission holds an excerpt of the story; whether both have a long run of words that many voices hold; and
the neighbours that depend on the story, as bits."""

_event = bind("wirematch_event", ctypes.c_int64, Address, Address, Size, Address, Address)
_pairs = bind(
    "wirematch_pairs_in_event",
    ctypes.c_int64,
    Address, Address, Address, Address, Address, Size, Address, Address, Address,
)  # fmt: skip
_common = bind("wirematch_common_words", None, Address, Address, ctypes.c_uint32, Address, Address)
_holders = bind("wirematch_holders", ctypes.c_int64, Address, Address, ctypes.c_uint32, Address)


class _EventRules(ctypes.Structure):
    _fields_ = (
        ("dependent", ctypes.c_double),
        ("many", ctypes.c_int64),
        ("least_common", ctypes.c_int64),
        ("least_excerpt", ctypes.c_int64),
        ("weights", ctypes.c_void_p),
        ("voices_told", ctypes.c_void_p),
    )


class EventRules:
    """Thresholds; see ``wirematch.matching.neighbours.event``, ``boilerplate`` and ``excerpts``."""

    def __init__(  # noqa: PLR0913 - all that an event is looked at by
        self,
        *,
        dependent: float,
        many: int,
        least_common: int,
        least_excerpt: int,
        weights: Floats64,
        voices_told: Floats64,
    ) -> None:
        """``weights`` are HOLDERS x HOLDERS, by voices and holders; ``voices_told`` are HOLDERS feature values."""
        if weights.shape != (HOLDERS, HOLDERS) or voices_told.shape != (HOLDERS,):
            raise ValueError("tables of another number of neighbours")
        self._held = np.ascontiguousarray(weights, np.float64), np.ascontiguousarray(voices_told, np.float64)
        self._native = _EventRules(dependent, many, least_common, least_excerpt, *map(address, self._held))
        self.at = ctypes.addressof(self._native)
        """Address for the kernels."""


_ARRAYS = struct.Struct("@3P")
"""The first three fields of a table."""


class _Table(ctypes.Structure):
    _fields_ = (
        ("held", ctypes.c_void_p),
        ("own", ctypes.c_void_p),
        ("heard", ctypes.c_void_p),
        ("voice_of", ctypes.c_int64 * MOST_NEIGHBOURS),
        ("voices", ctypes.c_int64),
        ("close", ctypes.c_uint32 * MOST_NEIGHBOURS),
        ("close_to_submission", ctypes.c_uint32),
        ("neighbours", ctypes.c_int64),
        ("may_be_common", ctypes.c_int64),
    )


_TABLE_BYTES = ctypes.sizeof(_Table)


class EventTable:
    """A submission among its neighbours; the structure that kernels read and its arrays are a single block."""

    __slots__ = ("_block", "_neighbours", "_rules", "at", "neighbours_at", "phrases", "submission")

    def __init__(self, submission: Form, neighbours: Sequence[Form], rules: EventRules) -> None:
        self.submission = submission
        self._neighbours, self._rules = neighbours, rules
        self.neighbours_at = addresses([one.phrases_at for one in neighbours])
        """Addresses of the neighbours' phrases, for the kernels."""
        self.phrases = count = submission.phrase_count
        """Number of the submission's phrases."""
        self._block = np.empty((_TABLE_BYTES + 12 * count + 15) >> 3, np.uint64)
        self.at = address(self._block)
        """Address for the kernels."""
        arrays = self.at + _TABLE_BYTES
        _ARRAYS.pack_into(self._block.data, 0, arrays, arrays + 4 * count, arrays + 8 * count)

    @classmethod
    def of(cls, submission: Form | None, neighbours: Sequence[Form | None], rules: EventRules) -> EventTable | None:
        """Build the table; None without compiled kernels and with more than MOST_NEIGHBOURS."""
        known = [one for one in neighbours if one is not None]
        if _event is None or submission is None or len(known) < len(neighbours) or len(known) > MOST_NEIGHBOURS:
            return None
        made = cls(submission, known, rules)
        found = enough(_event(submission.phrases_at, made.neighbours_at, len(known), rules.at, made.at))
        return None if found < 0 else made

    def pairs(self, stories: Sequence[Form], places: Sequence[int]) -> NDArray[np.void] | None:
        """Return records of ``PAIR`` for stories; ``places`` are their indices among the neighbours, or -1.

        None if an index is wrong or occurs twice.
        """
        if _pairs is None:
            return None
        pairs = np.empty(len(stories), PAIR)
        where = np.array(places, np.int64)
        room = np.empty(2 * self.phrases + self.submission.size + 1, np.uint32)
        found = enough(
            _pairs(
                self.submission.phrases_at,
                self.neighbours_at,
                self.at,
                addresses([one.phrases_at for one in stories]),
                address(where),
                len(where),
                self._rules.at,
                address(room),
                address(pairs),
            )
        )
        return None if found < 0 else pairs

    def common_words(self, close: int) -> Flags:
        """Flag the submission's n words within phrases that many voices hold, not counting the ``close`` ones."""
        flags = np.zeros(self.submission.size, np.bool_)
        if _common is not None:
            where = self.submission.phrases_at, self.at, close, self._rules.at
            _common(*where, address(flags))
        return flags

    def holders(self, close: int) -> tuple[NDArray[np.int64], int]:
        """Return how many voices hold each of the p phrases and their total, not counting the ``close`` ones."""
        counts = np.zeros(self.phrases, np.int64)
        if _holders is None:
            return counts, 0
        at = self.submission.phrases_at, self.at, close, address(counts)
        return counts, int(_holders(*at))


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
