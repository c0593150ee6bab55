"""An article made ready to be stored; pure computation, which a thread may do before its turn to be stored comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wirematch.cuts import cut
from wirematch.fingerprint.minhash import Signature
from wirematch.index.buckets import Buckets
from wirematch.models import Article

BATCH, BATCH_BYTES = 32, 131_072
"""Articles that one script stores, and bytes of their records: short ones block the server for some 0.2 ms each."""
BATCH_POSTINGS = 3_072
"""Postings that one script adds. A story of usual length has some 80, a longer one up to 480."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An article that is about to be stored."""

    article: Article
    buckets: Buckets
    record: bytes
    """The record without its first 20 bytes, as ``records.codec.encode_article`` makes it."""
    signature: Signature | None = None
    """None also where nothing is stored beside it."""
    retention: int = 0
    """Retention in ms; 0 is for ever."""
    expires: int = 0
    """Expiry in ms since 1970; 0 is never."""
    version: int = 0
    stored: int = 0
    """Version and time of storing (ms since 1970) of an article that a rebuild copies; both 0 for a new one."""

    @property
    def id(self) -> str:
        """The article's id."""
        assert self.article.id is not None
        return self.article.id


def storable_parts(drafts: Sequence[Draft]) -> Iterator[slice]:
    """Yield neighbours that one script may store, by their number, bytes and postings; at least one article each."""
    posting = BATCH_BYTES // BATCH_POSTINGS
    return cut([max(len(one.record), posting * len(one.buckets.posted)) for one in drafts], BATCH, BATCH_BYTES)
