"""Stored articles without a server: an index of a few, for tests of what is made of what an index gives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from wirematch.fingerprint.minhash import FingerprintScheme, Signature, fingerprint_many
from wirematch.fingerprint.ranking import Ranking
from wirematch.index.protocol import Lookup, Placement, PutOutcome, Record, Records
from wirematch.models import Kind, StoredArticle

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
SCHEME = FingerprintScheme()


def stored(number: int, article: dict[str, Any], **fields: Any) -> Record:
    """An article of the sample stories under a number, stored so many minutes after noon."""
    facts = {"kind": Kind.WIRE, "version": 1, "stored_at": NOON + timedelta(minutes=number)}
    whole = StoredArticle.model_validate(facts | article | fields)
    return Record(number, whole.body, lambda: whole)


def placed(entry: Record) -> Placement:
    return Placement(PutOutcome.CREATED, entry.number, 1, entry.article.stored_at)


class Shelf:
    """Finds an article by any minimum that it shares, as an index with one shard does, and notes what was read."""

    def __init__(self, *entries: Record) -> None:
        self.entries = entries
        self.read: list[int] = []

    async def lookup_many(
        self, signatures: Sequence[Signature], before: Sequence[int | None], _: datetime | None = None
    ) -> list[Lookup]:
        return [self._lookup(*one) for one in zip(signatures, before, strict=True)]

    async def candidates(self, signature: Signature, before: int | None = None) -> Lookup:
        return self._lookup(signature, before)

    def _lookup(self, signature: Signature, before: int | None) -> Lookup:
        prints = fingerprint_many([entry.body for entry in self.entries], SCHEME)
        scores = {
            entry.number: float(np.sum(np.asarray(print_.signature) == np.asarray(signature)))
            for entry, print_ in zip(self.entries, prints, strict=True)
            if before is None or entry.number < before
        }
        numbers = sorted((number for number, score in scores.items() if score), key=lambda number: -scores[number])
        ranking = Ranking(np.array(numbers, np.uint64), np.array([scores[number] for number in numbers]))
        return Lookup(ranking, len(self.entries))

    async def fetch(self, ranking: Ranking, limit: int, *_: object) -> Records:
        by_number = {entry.number: entry for entry in self.entries}
        numbers = ranking.numbers[:limit].tolist()
        self.read += numbers
        return Records(by_number[number] for number in numbers)
