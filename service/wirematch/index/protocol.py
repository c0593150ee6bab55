"""What the rest of the service knows of the store: this interface and nothing behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from wirematch.errors import WirematchError
from wirematch.fingerprint.minhash import Signature
from wirematch.fingerprint.ranking import Ranking
from wirematch.models import NO_FILTERS, Article, Filters, StoredArticle


class PutOutcome(StrEnum):
    """What a put did."""

    CREATED = "created"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """Articles that share a bucket with a signature."""

    ranking: Ranking
    documents: int
    """Articles stored in all."""
    partial: bool = False
    """Whether a part of the index did not answer in time."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article stands in the index."""

    outcome: PutOutcome
    number: int
    """Of two articles in one shard (the number's upper 32 bits) the one with the smaller number was stored before."""
    version: int
    stored_at: datetime
    """When the id was first stored, by the clock of its shard's server."""
    candidates: Lookup | None = None
    """What was found by the way when it was stored; None when nobody looked."""


class Record:
    """A stored article under the number of its present version; of most, only the text is ever asked for."""

    def __init__(self, number: int, body: str, read: Callable[[], StoredArticle]) -> None:
        """``body`` is its text without markup; ``read`` gives the whole article, when it is first asked for."""
        self.number = number
        self.body = body
        self._read = read

    @cached_property
    def article(self) -> StoredArticle:
        """All of it."""
        return self._read()


class Records(list[Record]):
    """Articles that were read."""

    partial: bool = False
    """Whether a part of the index did not answer in time, so that some may be missing."""


def precedes(entry: Record, placement: Placement) -> bool:
    """Whether an article was stored before another, in an order that all shards agree on.

    Within a shard numbers tell, and across shards times, and numbers where these are equal. Of two articles exactly
    one precedes the other, whoever asks, and what precedes an article is there when it looks (``docs/adr/0009``), so
    that of equal ones that come at once exactly one is the original.
    """
    if entry.number >> 32 == placement.number >> 32:
        return entry.number < placement.number
    return (entry.article.stored_at, entry.number) < (placement.stored_at, placement.number)


Signer = Callable[[Article], Signature | None]
"""Gives an article's signature, the same one every time: removing an article finds its buckets by it."""


class StoryIndex(Protocol):
    """Stored articles and the buckets that lead to them.

    Every method raises IndexUnavailableError when the store does not answer. Every write is atomic: an article is
    wholly there, under its id and in its buckets, or wholly absent. Articles that have expired are not there.
    """

    async def open(self) -> None:
        """Claim the index for this program's fingerprint scheme; IndexMismatchError when it has another."""

    async def close(self) -> None:
        """Give back connections."""

    async def create(self, article: Article, signature: Signature | None) -> Placement:
        """Store ``article``, which has an id and a kind; ArticleExistsError when the id is taken."""

    async def create_many(
        self, items: Sequence[tuple[Article, Signature | None]], *, look: bool = False
    ) -> list[Placement | WirematchError]:
        """As ``create`` for each, with its placement or its error, in the same order; of equal ids the first wins.

        Of those whose signatures have much in common, the first precedes the others. With ``look``, placements have
        candidates where finding them took no further round trip.
        """

    async def replace(
        self, article: Article, signature: Signature | None, expected: int | None = None
    ) -> Placement | None:
        """Store ``article`` in place of what its id held; the same content changes nothing.

        With ``expected``, only in place of the article with this number: None when another is there, or none.
        """

    async def delete(self, article_id: str, number: int | None = None) -> bool:
        """Remove an article, only if it still has ``number`` where one is given; whether there was one."""

    async def sweep(self, most: int) -> list[str]:
        """Remove articles that have expired, at most so many a shard; their ids. Several may do so at once."""

    async def get(self, article_id: str) -> Record:
        """The article stored under an id; ArticleNotFoundError when there is none."""

    async def get_many(self, article_ids: Sequence[str]) -> Records:
        """Those of the articles that are there, in no order."""

    async def listing(self, after: int, limit: int, filters: Filters = NO_FILTERS) -> tuple[Records, int | None]:
        """The next ``limit`` articles that pass ``filters``, by shard and in order of storing, behind number ``after``.

        And the number to go on behind, None at the end. 0 begins. An article that is replaced meanwhile moves to the
        end of its shard, so it may come twice, and none is left out that was there all the time.
        StaleListingError when the index was built anew meanwhile.
        """

    async def candidates(self, signature: Signature | None, before: int | None = None) -> Lookup:
        """Articles in the signature's buckets, best first, in one round trip a shard.

        ``before`` is a number and leaves out those of its shard that are not smaller; :func:`precedes` tells for all.
        """

    async def lookup_many(
        self, signatures: Sequence[Signature | None], before: Sequence[int | None], stored_at: datetime | None = None
    ) -> list[Lookup]:
        """As ``candidates`` for each; a round trip a shard for a few dozen of them.

        ``stored_at`` is when the last of them was stored that are stored themselves: whatever a shard stores after it
        has answered, it stores later than that. So all that precedes them is found.
        """

    async def fetch(self, ranking: Ranking, limit: int, filters: Filters = NO_FILTERS) -> Records:
        """The best ``limit`` articles of a ranking that pass ``filters``, in one round trip a shard."""

    async def fetch_many(self, rankings: Sequence[Ranking], limit: int) -> list[Records]:
        """As ``fetch`` for each."""
