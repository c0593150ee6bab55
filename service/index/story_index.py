"""What the rest of the service knows of the store: this interface and nothing behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from service.errors import WirematchError
from service.fingerprint.minhash import Signature
from service.fingerprint.ranking import Ranking
from service.models import Article, Filters, StoredArticle


class Outcome(StrEnum):
    """What a put did."""

    CREATED = "created"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article stands in the index."""

    outcome: Outcome
    number: int
    """Grows with every article and version stored: a smaller number was stored before."""
    version: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored article under the number of its present version."""

    number: int
    article: StoredArticle


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Articles that share a bucket with a signature."""

    ranking: Ranking
    documents: int
    """Articles stored in all."""


NO_FILTERS = Filters()


class StoryIndex(Protocol):
    """Stored articles and the buckets that lead to them.

    Every method raises IndexUnavailableError when the store does not answer. Every write is atomic: an article is
    wholly there, under its id and in its buckets, or wholly absent.
    """

    async def open(self) -> None:
        """Claim the index for this program's fingerprint scheme; IndexMismatchError when it has another."""

    async def close(self) -> None:
        """Give back connections."""

    async def create(self, article: Article, signature: Signature | None) -> Placement:
        """Store ``article``, which has an id and a kind; ArticleExistsError when the id is taken."""

    async def create_many(self, items: Sequence[tuple[Article, Signature | None]]) -> list[Placement | WirematchError]:
        """The same of many, in order: of each its placement, or why it was not stored."""

    async def replace(self, article: Article, signature: Signature | None) -> Placement:
        """Store ``article`` in place of what its id held; the same content changes nothing."""

    async def delete(self, article_id: str, number: int | None = None) -> bool:
        """Remove an article, only if it still has ``number`` where one is given; whether there was one."""

    async def get(self, article_id: str) -> Entry:
        """The article stored under an id; ArticleNotFoundError when there is none."""

    async def candidates(self, signature: Signature | None, before: int | None = None) -> Candidates:
        """Articles in the signature's buckets, best first, in one round trip; ``before`` keeps smaller numbers."""

    async def candidates_many(
        self, signatures: Sequence[Signature | None], before: Sequence[int | None]
    ) -> list[Candidates]:
        """The same of many, in order, in one round trip."""

    async def fetch(self, ranking: Ranking, limit: int, filters: Filters = NO_FILTERS) -> list[Entry]:
        """The best ``limit`` articles of a ranking that pass ``filters``, in one round trip."""
