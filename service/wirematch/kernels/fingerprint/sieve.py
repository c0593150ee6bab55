"""``sieve.c``: evaluate the sketches of many submissions' candidates in one call."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from itertools import accumulate, chain, pairwise

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import Address, address, addresses_of, bind, enough

_SIEVED = struct.Struct("@3PN2P")
"""``Sieved`` in ``sieve.c``."""
NO, YES, IN_DOUBT, UNKNOWN = range(4)
"""Verdicts: not worth a comparison, worth it, only the text can tell, sketch missing."""
NO_SKETCH = b""
"""Stands for a missing sketch; every sketch has some bytes."""

_sieve = bind("wirematch_sieve", ctypes.c_int64, Address, Address, Address)
_seek = bind("wirematch_seek_excerpts", ctypes.c_int64, Address, Address, Address)
Asked = Sequence[tuple[NDArray[np.uint32], Sequence[bytes]]]
"""For each text: its shingles, and the sketches of its candidates, best first; NO_SKETCH for a missing one."""


class SieveRules(ctypes.Structure):
    """Thresholds; see ``wirematch.detection.policy``."""

    _fields_ = (
        ("least_overlap", ctypes.c_double),
        ("most_by_chance", ctypes.c_double),
        ("short_text", ctypes.c_int64),
        ("second_look", ctypes.c_int64),
    )


class ExcerptRules(ctypes.Structure):
    """Thresholds; see ``wirematch.fingerprint.anchors``."""

    _fields_ = (("shared_among", ctypes.c_int64), ("least_shared", ctypes.c_int64), ("fewest", ctypes.c_int64))


def sieve(asked: Asked, rules: SieveRules) -> list[bytes] | None:
    """Return for each text one verdict byte per candidate; shingles must be sorted.

    None without compiled kernels, and for malformed sketches.
    """
    return _told(_sieve, asked, rules)


def seek_excerpts(asked: Asked, rules: ExcerptRules) -> list[bytes] | None:
    """As ``sieve``: may the story hold an excerpt? Shingles must be in the order of the text."""
    return _told(_seek, asked, rules)


def _told(kernel: object, asked: Asked, rules: ctypes.Structure) -> list[bytes] | None:
    if not callable(kernel):
        return None
    shingles = [np.ascontiguousarray(one, np.uint32) for one, _ in asked]
    sketches = list(chain.from_iterable([some for _, some in asked]))
    edges = list(accumulate([len(some) for _, some in asked], initial=0))
    places = np.array(addresses_of(shingles), np.uint64)
    sizes, begins = np.array(list(map(len, shingles)), np.int64), np.array(edges, np.int64)
    lengths = np.fromiter(map(len, sketches), np.int64, len(sketches))
    joined, told = b"".join(sketches), np.empty(len(sketches), np.uint8)
    texts = address(places), address(sizes), address(begins), len(shingles)
    at = address(np.frombuffer(joined, np.uint8)) if joined else 0
    answer = enough(kernel(_SIEVED.pack(*texts, at, address(lengths)), ctypes.addressof(rules), address(told)))
    found = told.tobytes()
    return None if answer < 0 else [found[first:last] for first, last in pairwise(edges)]
