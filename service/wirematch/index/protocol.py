"""The interface of the index: all that the rest of the service knows about how articles are stored."""

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
from wirematch.fingerprint.minhash import Signature
from wirematch.fingerprint.ranking import NO_POSTINGS, Postings, Ranking
from wirematch.fingerprint.stored_aids import NO_AIDS, StoredAids
from wirematch.index.draft import Draft
from wirematch.models import NO_FILTERS, Article, Filters, StoredArticle
from wirematch.models.imprint import Imprint


class PutOutcome(StrEnum):
    """What storing an article changed."""

    CREATED = "created"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """Candidates: the articles that share a bucket with a signature."""

    ranking: Ranking
    documents: int
    """Articles in the whole index."""
    partial: bool = False
    """Whether a shard was unavailable, so that candidates may be missing."""
    postings: Postings = NO_POSTINGS
    """The postings behind ``ranking``; their bands are positions in the signature."""
    cap: int = 0
    """Articles of a shard that a bucket holds at most; 0 if that is not known."""


NO_LOOKUP = Lookup(Ranking(np.empty(0, np.uint64), np.empty(0)), 0)
"""That of a submission whose buckets nobody read."""


@dataclass(frozen=True, slots=True, eq=False)
class BucketContents:
    """The postings in a set of buckets."""

    postings: Postings
    """Bands are positions in the list of buckets that were asked for."""
    documents: int
    """Articles in the whole index."""
    partial: bool = False
    """Whether a shard was unavailable, so that postings may be missing."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a stored article stands in the index and in the order of storing."""

    outcome: PutOutcome
    number: int
    """Document number. With equal upper 32 bits (same shard), the smaller number was stored first."""
    version: int
    stored_at: datetime
    """When the id was first stored, by the clock of its shard's server."""


class Record:
    """A stored article under the document number of its present version. Decoded lazily: at first little but the body.

    Constructor arguments left out are read from the whole article, or unknown.
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
        """``body`` is the text without markup; ``read`` decodes the whole article and is called once, on first use."""
        self.number = number
        self.body = body
        self.sketch = sketch
        """Sketch of the body's shingles; None if none is stored."""
        self.skeleton = skeleton
        """Skeleton of the body; None if none is stored that belongs to it."""
        self.imprint = imprint
        """Kept instead of the text; ``body`` is then a placeholder."""
        self.unmarked = unmarked
        """Whether the body is exactly what was submitted; ``headline`` is then known, too."""
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
    """An expired article that was removed."""

    id: str
    number: int
    """Document number."""


class Records(list[Record]):
    """Records that were read, and whether some may be missing."""

    partial: bool = False
    """Whether a shard was unavailable, so that records may be missing."""


class FetchedRecords(Protocol):
    """Fetched records, decoded only when they are asked for."""

    partial: bool
    """Whether a shard was unavailable, so that records may be missing."""

    def sketches(self, numbers: Iterable[int]) -> dict[int, bytes]:
        """Sketches by document number, for those of ``numbers`` that were found and have one, expired or not."""

    def read(self, numbers: Iterable[int]) -> list[Record]:
        """Records of those of ``numbers`` that were found, are readable and have not expired, in order."""


def precedes(record: Record, placement: Placement) -> bool:
    """Whether the article of ``record`` was stored before that of ``placement``: a total order over all shards.

    Within a shard, document numbers decide; across shards, times of storing, then numbers. An article that precedes
    another is visible to the other's look-up (``docs/adr/0009``), so of equal articles stored concurrently exactly one
    finds none of the others.
    """
    if record.number >> 32 == placement.number >> 32:
        return record.number < placement.number
    return (record.stored_at, record.number) < (placement.stored_at, placement.number)


def preceding(records: Sequence[Record], placement: Placement) -> list[Record]:
    """Those of ``records`` that precede ``placement``, see :func:`precedes`; inlined for its shard."""
    shard, number = placement.number >> 32, placement.number
    return [one for one in records if (one.number < number if one.number >> 32 == shard else precedes(one, placement))]


Signer = Callable[[Article], Signature | None]
"""Computes an article's signature. Must be deterministic: deleting an article finds its postings by it."""


class StoryIndex(Protocol):
    """Stored articles and the buckets that lead to them.

    Every method raises IndexUnavailableError when Redis does not answer. Every write is atomic: an article is stored
    under its id and in all its buckets, or not at all. Storing raises or returns UnaddressableIdError for an id that no
    URL can name. No method returns an article that has expired.
    """

    @property
    def shards(self) -> int:
        """Number of shards; known once the index is open."""

    async def open(self) -> None:
        """Create the index, or verify its parameters; IndexMismatchError when they are not this program's."""

    async def close(self) -> None:
        """Close the connections."""

    async def create(self, article: Article, signature: Signature | None, aids: StoredAids = NO_AIDS) -> Placement:
        """Store ``article``, which has an id and a kind; ArticleExistsError when the id is taken."""

    async def create_many(
        self,
        items: Sequence[tuple[Article, Signature | None]],
        aids: Sequence[StoredAids] | None = None,
    ) -> list[Placement | WirematchError]:
        """Store each article as ``create`` does. Of equal ids in the batch, the first is stored.

        Returns a placement or an error per item, in order. Of two articles with similar signatures, the earlier item
        precedes the later one (see :func:`precedes`).
        """

    def drafts(
        self,
        items: Sequence[tuple[Article, Signature | None]],
        aids: Sequence[StoredAids] | None = None,
    ) -> Sequence[Draft]:
        """Make articles ready for ``create_drafted``, without asking Redis."""

    async def create_drafted(self, drafts: Sequence[Draft]) -> list[Placement | WirematchError]:
        """Store drafts as ``create_many`` stores articles."""

    async def replace(
        self,
        article: Article,
        signature: Signature | None,
        expected: int | None = None,
        aids: StoredAids = NO_AIDS,
    ) -> Placement | None:
        """Store ``article``, as a new version if the id is taken; equal content changes nothing.

        With ``expected``, a compare-and-set: returns None unless the id has this document number.
        """

    async def delete(self, article_id: str, number: int | None = None) -> bool:
        """Remove an article and return whether there was one; with ``number``, only if that is still its number."""

    async def sweep(self, most: int) -> list[SweptArticle]:
        """Remove up to ``most`` expired articles a shard. Several processes may sweep concurrently."""

    async def get(self, article_id: str) -> Record:
        """Return the record of an id; ArticleNotFoundError when there is none."""

    async def get_many(self, article_ids: Sequence[str]) -> Records:
        """Return the records of those ids that exist, in no particular order."""

    async def list_page(self, after: int, limit: int, filters: Filters = NO_FILTERS) -> tuple[Records, int | None]:
        """Return the next ``limit`` articles that pass ``filters``, by shard and order of storing, and a cursor.

        ``after`` is 0 or the cursor of the previous page; the cursor of the last page is None. An article replaced
        meanwhile moves to the end of its shard: it may be listed twice, but no article that exists throughout is left
        out. Raises StaleListingError when a rebuild has replaced the index meanwhile.
        """

    async def lookup(self, signature: Signature | None, before: int | None = None) -> Lookup:
        """Return the articles in the buckets of a signature, best first; one round trip to each shard.

        ``before`` is a document number: articles of its shard with this or a larger number are left out, as if they
        were not stored. For articles of other shards, use :func:`precedes`.
        """

    async def lookup_many(
        self, signatures: Sequence[Signature | None], before: Sequence[int | None], stored_at: datetime | None = None
    ) -> list[Lookup]:
        """As ``lookup`` for each signature, with one round trip to each shard for the whole batch.

        When the submissions are stored themselves, ``stored_at`` is the latest of their times of storing: each shard
        advances its clock past it, so nothing the shard stores after this look-up precedes the submissions.
        """

    async def read_buckets(self, minima: NDArray[np.uint32], bands: NDArray[np.intp]) -> BucketContents:
        """Return what n buckets hold, each given by minimum and band; one round trip to each shard per 2,048."""

    async def fetch(self, ranking: Ranking, limit: int, filters: Filters = NO_FILTERS) -> Records:
        """Return the best ``limit`` records that pass ``filters``, usually in one round trip to each shard."""

    async def fetch_numbers(self, numbers: Collection[int]) -> FetchedRecords:
        """Return the records of these documents; one round trip to each shard per some hundred."""

    async def fetch_sketches(self, numbers: Collection[int]) -> FetchedRecords:
        """Return the sketches of these documents, and hardly any of their records; as many round trips."""
