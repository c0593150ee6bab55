"""Read whole records in one transaction, without a script, and decode them on demand.

A script copies each record into Lua and out again, which takes the server twice the time of reading it; and as
candidates are sieved by their sketches, most records are never decoded.
"""

from __future__ import annotations

from collections.abc import Iterable

from wirematch.index.keys import ScriptKeys
from wirematch.index.protocol import Record
from wirematch.index.records.codec import has_expired
from wirematch.index.records.damage import DamageReport
from wirematch.index.records.tail import sketch_behind
from wirematch.kernels.replies import Values

AT_ONCE = 512
"""Records that one transaction reads; it blocks the server for about 1.5 ms."""
_TIME = b"*1\r\n$4\r\nTIME\r\n"
_NUMBER_BYTES = 4
_CLOCK_VALUES = 2
"""Values before the records: the clock's seconds and microseconds."""


def commands(keys: ScriptKeys, numbers: bytes) -> list[bytes]:
    """Return packed commands that read the server's clock and the records of local numbers (``<u4``)."""
    size = len(keys.prefix) + 1 + _NUMBER_BYTES
    head = b"$%d\r\n%sd" % (size, keys.prefix)
    packed = [numbers[at : at + _NUMBER_BYTES] for at in range(0, len(numbers), _NUMBER_BYTES)]
    names = b"".join(b"%s%s\r\n" % (head, number) for number in packed)
    return [_TIME, b"*%d\r\n$4\r\nMGET\r\n%s" % (1 + len(packed), names)]


def values_of(numbers: int) -> int:
    """Return the number of values in the answer for ``numbers`` records."""
    return _CLOCK_VALUES + numbers


def answered(answer: Values) -> tuple[int, Values]:
    """Parse an answer: the server's time (ms since 1970) and the record of each number, None if there is none."""
    seconds, microseconds = answer.at(0), answer.at(1)
    return int(seconds or 0) * 1000 + int(microseconds or 0) // 1000, answer.from_(_CLOCK_VALUES)


class UndecodedRecords:
    """See ``FetchedRecords``."""

    def __init__(self, damage: DamageReport, *, partial: bool = False) -> None:
        """Damaged records are reported to ``damage`` when they are read."""
        self.partial = partial
        self._damage = damage
        self._encoded: dict[int, tuple[memoryview, int]] = {}

    def add(self, moment: int, numbers: Iterable[int], records: Values) -> None:
        """Add a shard's records of document numbers, read at ``moment``, ms since 1970."""
        came = zip(numbers, records.views(), strict=True)
        self._encoded.update((number, (record, moment)) for number, record in came if record is not None)

    def sketches(self, numbers: Iterable[int]) -> dict[int, bytes]:
        """See ``FetchedRecords``."""
        came = self._encoded
        return {
            number: sketch
            for number in numbers
            if number in came and (sketch := sketch_behind(came[number][0])) is not None
        }

    def read(self, numbers: Iterable[int]) -> list[Record]:
        """See ``FetchedRecords``."""
        there = [(number, *self._encoded[number]) for number in numbers if number in self._encoded]
        # Copied: a view would keep the whole answer in memory.
        return self._damage.readable(
            [(number, bytes(record)) for number, record, moment in there if not has_expired(record, moment)]
        )
