"""The interface of the index: all that the rest of the service knows of how articles are stored."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from wirematch.errors import WirematchError
from wirematch.fingerprint.beside import NOTHING_BESIDE, Beside
from wirematch.fingerprint.minhash import Signature
from wirematch.fingerprint.ranking import NO_POSTINGS, Postings, Ranking
from wirematch.models import NO_FILTERS, Article, Filters, StoredArticle
from wirematch.models.imprint import Imprint


class PutOutcome(StrEnum):
    """What storing an article changed."""

    CREATED = "created"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """Articles that share a bucket with a signature."""

    ranking: Ranking
    documents: int
    """Articles in the whole index."""
    partial: bool = False
    """Whether a shard was unavailable, so that candidates may be missing."""
    postings: Postings = NO_POSTINGS
    """What was ranked; bands are places in the signature."""


@dataclass(frozen=True, slots=True, eq=False)
class BucketContents:
    """What some buckets hold, whichever articles' they are."""

    postings: Postings
    """Their bands are places among the buckets that were asked for."""
    documents: int
    """Articles in the whole index."""
    partial: bool = False
    """Whether a shard was unavailable, so that postings may be missing."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The place of a stored article in the index and in the order of storing."""

    outcome: PutOutcome
    number: int
    """Document number. Of two with equal upper 32 bits (one shard), the smaller was stored first."""
    version: int
    stored_at: datetime
    """When the id was first stored, by the clock of the server that has its shard."""


class Record:
    """A stored article under the document number of its present version. Little more than the body is decoded at once.

    What is not given is read in the whole article, or not known.
    """

    def __init__(  # noqa: PLR0913 - what a record has
        self,
        number: int,
        body: str,
        read: Callable[[], StoredArticle],
        *,
        article_id: str | None = None,
        stored_at: datetime | None = None,
        sketch: bytes | None = None,
        skeleton: bytes | None = None,
        imprint: Imprint | None = None,
        unmarked: bool = False,
        headline: str | None = None,
    ) -> None:
        """``body`` is the text without markup; ``read`` decodes the whole article, once, on first access."""
        self.number = number
        self.body = body
        self.sketch = sketch
        """Of the body's shingles; None where the index has none."""
        self.skeleton = skeleton
        """Of the body; None where the index has none that is of it."""
        self.imprint = imprint
        """What is kept in place of the text, which ``body`` then hides."""
        self.unmarked = unmarked
        """Whether the body is what was submitted, character by character; then the headline is known, too."""
        self.headline = headline
        self._read = read
        self._id = article_id
        self._stored_at = stored_at

    @cached_property
    def article(self) -> StoredArticle:
        """The whole article."""
        return self._read()

    @property
    def size(self) -> int:
        """Bytes of the body in UTF-8."""
        return len(self.body.encode("utf-8", "surrogatepass"))

    @property
    def id(self) -> str:
        """The article's id."""
        return self.article.id if self._id is None else self._id

    @property
    def published_at(self) -> datetime | None:
        """When the article was published."""
        return self.article.published_at

    @property
    def stored_at(self) -> datetime:
        """When the id was first stored."""
        return self.article.stored_at if self._stored_at is None else self._stored_at


class SweptArticle(NamedTuple):
    """An article that had expired and was removed."""

    id: str
    number: int
    """Document number."""


class Records(list[Record]):
    """Records that were read."""

    partial: bool = False
    """Whether a shard was unavailable, so that records may be missing."""


class FetchedRecords(Protocol):
    """Records as they came, of which nothing is decoded before it is asked for."""

    partial: bool
    """Whether a shard was unavailable, so that records may be missing."""

    def sketches(self, numbers: Iterable[int]) -> dict[int, bytes]:
        """The sketches of those of these documents that came and have one, expired or not."""

    def read(self, numbers: Iterable[int]) -> list[Record]:
        """The records of those of these documents that came, can be read and have not expired, in order."""


def precedes(record: Record, placement: Placement) -> bool:
    """Whether the article of ``record`` was stored before the one of ``placement``: a total order over all shards.

    In one shard, document numbers decide; across shards, times of storing, and numbers where these are equal. An
    article that precedes another is visible to the other's look-up (``docs/adr/0009``), so of equal articles stored
    concurrently exactly one finds none of the others.
    """
    if record.number >> 32 == placement.number >> 32:
        return record.number < placement.number
    return (record.stored_at, record.number) < (placement.stored_at, placement.number)


Signer = Callable[[Article], Signature | None]
"""Computes an article's signature. It must be deterministic: removing an article finds its postings by it."""


class StoryIndex(Protocol):
    """Stored articles and the buckets that lead to them.

    Every method raises IndexUnavailableError when Redis does not answer. Every write is atomic: an article is stored
    under its id and in all its buckets, or not at all. UnaddressableIdError is what storing raises, or answers, where
    addresses cannot name the id. No method returns an article that has expired.
    """

    async def open(self) -> None:
        """Create the index, or check that it has this program's parameters; IndexMismatchError when it has others."""

    async def close(self) -> None:
        """Close the connections."""

    async def create(self, article: Article, signature: Signature | None, beside: Beside = NOTHING_BESIDE) -> Placement:
        """Store ``article``, which has an id and a kind; ArticleExistsError when the id is taken."""

    async def create_many(
        self,
        items: Sequence[tuple[Article, Signature | None]],
        beside: Sequence[Beside] | None = None,
    ) -> list[Placement | WirematchError]:
        """Store each as ``create`` does; a placement or an error for each, in order. Of equal ids the first is stored.

        Of two articles whose signatures have much in common, the first precedes the second.
        """

    async def replace(
        self,
        article: Article,
        signature: Signature | None,
        expected: int | None = None,
        beside: Beside = NOTHING_BESIDE,
    ) -> Placement | None:
        """Store ``article``, as a new version if the id is taken; equal content changes nothing.

        With ``expected``, a compare-and-set: only if the id has this document number, else None.
        """

    async def delete(self, article_id: str, number: int | None = None) -> bool:
        """Remove an article, with ``number`` only if it still has this document number; whether there was one."""

    async def sweep(self, most: int) -> list[SweptArticle]:
        """Remove up to ``most`` expired articles a shard. Several processes may sweep concurrently."""

    async def get(self, article_id: str) -> Record:
        """The record of an id; ArticleNotFoundError when there is none."""

    async def get_many(self, article_ids: Sequence[str]) -> Records:
        """The records of those ids that exist, in no order."""

    async def list_page(self, after: int, limit: int, filters: Filters = NO_FILTERS) -> tuple[Records, int | None]:
        """The next ``limit`` articles that pass ``filters``, by shard and in order of storing, and where they end.

        ``after`` is 0, or the number that the call for the page before gave as the end, which is None for the last
        page. An article that is replaced meanwhile moves to the end of its shard: it may come twice, but none that
        exists all the time is left out. StaleListingError when a rebuild has replaced the index meanwhile.
        """

    async def lookup(self, signature: Signature | None, before: int | None = None) -> Lookup:
        """Articles in the buckets of a signature, best first, in one round trip to each shard.

        ``before`` is a document number: articles of its shard with this number or a larger one are left out, as if
        they were not stored.
        :func:`precedes` also tells for articles of other shards.
        """

    async def lookup_many(
        self, signatures: Sequence[Signature | None], before: Sequence[int | None], stored_at: datetime | None = None
    ) -> list[Lookup]:
        """The same as ``lookup`` for each, with one round trip to each shard for a batch of signatures.

        Where the submissions are stored themselves, ``stored_at`` is the latest of their times of storing: each shard
        advances its clock past it, so what the shard stores after this look-up does not precede the submissions.
        """

    async def read_buckets(self, minima: NDArray[np.uint32], bands: NDArray[np.intp]) -> BucketContents:
        """What n buckets hold, each given by its minimum and its band; a round trip to each shard for 2,048."""

    async def fetch(self, ranking: Ranking, limit: int, filters: Filters = NO_FILTERS) -> Records:
        """The best ``limit`` records of a ranking that pass ``filters``, usually in one round trip to each shard."""

    async def fetch_numbers(self, numbers: Collection[int]) -> FetchedRecords:
        """The records of all these documents, in one round trip to each shard for some hundred."""
