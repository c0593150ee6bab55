"""Records that cannot be read any more: passed over, counted, and logged once each."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from wirematch.errors import DamagedRecordError
from wirematch.index.protocol import Record
from wirematch.index.record_codec import decode_record

MOST_NAMED = 1_000
"""Damaged records that are logged by their numbers; of more, the file is damaged and not a record."""

log = logging.getLogger(__name__)


class DamageReport:
    """What one process has met."""

    def __init__(self) -> None:
        self.numbers: set[int] = set()
        """Document numbers of damaged records, up to MOST_NAMED."""

    def readable(self, records: Iterable[tuple[int, bytes]]) -> list[Record]:
        """Those records that can be decoded, in order."""
        decoded: list[Record] = []
        for number, record in records:
            try:
                decoded.append(decode_record(number, record))
            except DamagedRecordError as error:
                self.note(error)
        return decoded

    def note(self, error: DamagedRecordError) -> None:
        """Log a damaged record, if it was not before."""
        if error.number in self.numbers or len(self.numbers) >= MOST_NAMED:
            return
        self.numbers.add(error.number)
        log.error(
            "the record of document %d is damaged (%s) and passed over; it can be deleted or replaced by its id",
            error.number,
            type(error.__cause__).__name__,
        )
