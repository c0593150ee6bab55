"""Damaged records: skipped, counted, and logged once each."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from wirematch.errors import DamagedRecordError
from wirematch.index.protocol import Record
from wirematch.index.records.codec import decode_record
from wirematch.index.records.view import RecordView
from wirematch.kernels.index.records import read_records

MOST_NAMED = 1_000
"""Damaged records logged by number; beyond that, the whole file is damaged rather than single records."""

log = logging.getLogger(__name__)


class DamageReport:
    """The damaged records that this process has met."""

    def __init__(self) -> None:
        self.numbers: set[int] = set()
        """Their document numbers, at most MOST_NAMED."""

    def readable(self, records: Iterable[tuple[int, bytes]]) -> list[Record]:
        """Decode (number, record) pairs and return the readable ones, in order."""
        given = list(records)
        found: list[Record] = []
        for (number, record), read in zip(given, read_records([record for _, record in given]), strict=True):
            if read is not None:
                found.append(RecordView(number, read))
                continue
            try:
                found.append(decode_record(number, record))
            except DamagedRecordError as error:
                self.note(error)
        return found

    def note(self, error: DamagedRecordError) -> None:
        """Log a damaged record, once."""
        if error.number in self.numbers or len(self.numbers) >= MOST_NAMED:
            return
        self.numbers.add(error.number)
        log.error(
            "the record of document %d is damaged (%s) and skipped; it can be deleted or replaced by its id",
            error.number,
            type(error.__cause__).__name__,
        )
