"""Read whole records, or their ends, in one transaction, without a script, and decode them on demand.

A script copies each record into Lua and out again, which takes the server twice the time of reading it; and as
candidates are sieved by their sketches, most records are never decoded. A batch reads only the ends of those, where
the sketches are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress
from typing import NamedTuple

import numpy as np

from wirematch.index.keys import ScriptKeys
from wirematch.index.protocol import Record
from wirematch.index.records.codec import have_expired
from wirematch.index.records.damage import DamageReport
from wirematch.index.records.tail import sketches_behind
from wirematch.kernels.index.replies import Values

AT_ONCE, READ_BYTES = 512, 2_097_152
"""Records that one transaction reads, and their bytes as far as they can be told: 512 of usual length block the server
for about 1.5 ms."""
ENDS_AT_ONCE, END_BYTES = 1_024, 768
"""Records whose ends one transaction reads, and the bytes of an end: the sketch of all but one of a hundred stories."""
FIRST_GUESS = 65_536
"""Bytes that a record is taken to have before any was read."""
_TIME = b"*1\r\n$4\r\nTIME\r\n"
_NUMBER_BYTES = 4
_LAST_BYTES = b"$%d\r\n-%d\r\n$2\r\n-1\r\n" % (1 + len(str(END_BYTES)), END_BYTES)
_CLOCK_VALUES = 2
"""Values before the records: the clock's seconds and microseconds."""


class RecordSizes:
    """The length of recently read records. It says how many to read at a time, as lengths are not known in advance."""

    def __init__(self) -> None:
        self._mean: float | None = None

    @property
    def at_once(self) -> int:
        """Records that the next transaction may read."""
        return max(1, min(AT_ONCE, int(READ_BYTES / (self._mean or FIRST_GUESS))))

    def read(self, records: Values) -> None:
        """Note what was read. Longer records than before count at once, shorter ones only gradually."""
        mean = max(1.0, float(records.lengths.sum()) / len(records.lengths))  # deleted ones hardly count
        self._mean = max(mean, (mean + (self._mean or mean)) / 2)


def commands(keys: ScriptKeys, numbers: bytes) -> list[bytes]:
    """Return packed commands that read the server's clock and the records of local numbers (``<u4``)."""
    names = _names(keys, numbers)
    return [_TIME, b"*%d\r\n$4\r\nMGET\r\n%s" % (1 + len(names), b"".join(names))]


def commands_for_ends(keys: ScriptKeys, numbers: bytes) -> list[bytes]:
    """Return packed commands that read the last :data:`END_BYTES` of the records of local numbers, a value each."""
    return [b"*4\r\n$8\r\nGETRANGE\r\n%s%s" % (name, _LAST_BYTES) for name in _names(keys, numbers)]


def _names(keys: ScriptKeys, numbers: bytes) -> list[bytes]:
    """The packed keys of records."""
    size = len(keys.prefix) + 1 + _NUMBER_BYTES
    head = b"$%d\r\n%sd" % (size, keys.prefix)
    packed = [numbers[at : at + _NUMBER_BYTES] for at in range(0, len(numbers), _NUMBER_BYTES)]
    return [b"%s%s\r\n" % (head, number) for number in packed]


def values_of(numbers: int) -> int:
    """Return the number of values in the answer for ``numbers`` records."""
    return _CLOCK_VALUES + numbers


def answered(answer: Values) -> tuple[int, Values]:
    """Parse an answer: the server's time (ms since 1970) and the record of each number, None if there is none."""
    seconds, microseconds = answer.at(0), answer.at(1)
    return int(seconds or 0) * 1000 + int(microseconds or 0) // 1000, answer.from_(_CLOCK_VALUES)


class _ShardRecords(NamedTuple):
    """Records of one shard, where they stand in its answer."""

    moment: int
    """When they were read, ms since 1970."""
    places: dict[int, int]
    """Index of each record by document number."""
    records: Values

    def of(self, numbers: Iterable[int]) -> tuple[list[int], Values]:
        """Those of ``numbers`` that have a record, and these records."""
        asked = list(filter(self.places.__contains__, numbers))
        found = self.records.some(np.fromiter(map(self.places.__getitem__, asked), np.intp, len(asked)))
        there = found.lengths >= 0
        return (asked, found) if there.all() else (list(compress(asked, there)), found.some(there))


class UndecodedRecords:
    """See ``FetchedRecords``."""

    def __init__(self, damage: DamageReport, *, partial: bool = False) -> None:
        """Damaged records are reported to ``damage`` when they are read."""
        self.partial = partial
        self._damage = damage
        self._answers: list[_ShardRecords] = []
        self._sketches: dict[int, bytes] = {}
        """Of records of which only the ends were read."""

    def add_ends(self, numbers: Sequence[int], ends: Values) -> list[int]:
        """Add the sketches in the ends of a shard's records; return the numbers of those with none in their ends.

        Records that are there and have no sketch are among them only if they are longer than what was read.
        """
        sketches = sketches_behind(ends)
        self._sketches.update(
            (number, one) for number, one in zip(numbers, sketches.copies(), strict=True) if one is not None
        )
        return list(compress(numbers, (sketches.lengths < 0) & (ends.lengths == END_BYTES)))

    def add(self, moment: int, numbers: Sequence[int], records: Values) -> None:
        """Add a shard's records of document numbers, read at ``moment``, ms since 1970."""
        self._answers.append(_ShardRecords(moment, dict(zip(numbers, range(len(numbers)), strict=True)), records))

    def with_all_of(self, others: UndecodedRecords, *, partial: bool) -> UndecodedRecords:
        """These and ``others``; ``partial`` if a shard was unavailable for these."""
        self._answers += others._answers
        self.partial = partial or others.partial
        return self

    def sketches(self, numbers: Iterable[int]) -> dict[int, bytes]:
        """See ``FetchedRecords``."""
        numbers = list(numbers)
        found = {number: self._sketches[number] for number in numbers if number in self._sketches}
        for answer in self._answers:
            asked, records = answer.of(numbers)
            sketches = sketches_behind(records).copies()
            found.update((number, one) for number, one in zip(asked, sketches, strict=True) if one is not None)
        return found

    def read(self, numbers: Iterable[int]) -> list[Record]:
        """See ``FetchedRecords``."""
        numbers = list(numbers)
        encoded: dict[int, bytes | None] = {}
        for answer in self._answers:
            asked, records = answer.of(numbers)
            fresh = ~have_expired(records, answer.moment)
            # Copied: a view would keep the whole answer in memory.
            encoded.update(zip(compress(asked, fresh), records.some(fresh).copies(), strict=True))
        return self._damage.readable([(number, one) for number in numbers if (one := encoded.get(number)) is not None])
