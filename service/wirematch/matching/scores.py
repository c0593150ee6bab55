"""What is compared, and what the numbers alone say of two texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from wirematch.arrays import Floats64
from wirematch.matching.pairs.pair import Pair
from wirematch.matching.profiles.text_profile import Profile
from wirematch.models import Article
from wirematch.text.prepared import PreparedText


class ArticleOnDemand(Protocol):
    """A stored article, decoded as far as somebody asks; DamagedRecordError where that cannot be done."""

    @property
    def id(self) -> str | None: ...

    @property
    def published_at(self) -> datetime | None: ...

    @property
    def article(self) -> Article: ...


class PreparedArticle:
    """An article ready to be compared."""

    __slots__ = ("_known", "profile")

    def __init__(self, known: Article | ArticleOnDemand, profile: Profile) -> None:
        """Of most stored articles nothing but the text is ever looked at, so ``known`` may be what decodes the rest."""
        self._known = known
        self.profile = profile

    @property
    def article(self) -> Article:
        """The whole article."""
        known = self._known
        return known if isinstance(known, Article) else known.article

    @property
    def id(self) -> str | None:
        """The article's id."""
        return self._known.id

    @property
    def published_at(self) -> datetime | None:
        """When it was published."""
        return self._known.published_at

    @property
    def text(self) -> PreparedText:
        return self.profile.text

    @property
    def hidden(self) -> bool:
        """Whether only the imprint of its text is kept: its letters are not known."""
        return self.article.imprint is not None


@dataclass(frozen=True, slots=True, eq=False)
class PairScore:
    """What the numbers alone say of two texts."""

    probability: float
    """That one derives from the other."""
    derived: bool
    """Whether the one is taken to derive from the other: by its probability, or for what was lifted."""
    related: bool
    """Whether they may tell of the same event."""
    pair: Pair
    """The two, without what everybody has, and what was found on the way."""
    submission: PreparedArticle
    """The first of the two."""
    whole: bool
    """Whether the probability of the texts as a whole says so; else an excerpt or a part does."""
    excerpt: bool = False
    """Whether one text holds an excerpt of the other."""
    part: int | None = None
    """Words of the part that the probability speaks of; None where it speaks of the texts as a whole."""
    everybodys: float = 0.0
    """Of a brief, the share that independent voices hold of the phrases that both have as their own."""
    features: Floats64 | None = None
    """What the probability was made of, in the model's order; None of equal texts and of strangers."""

    def seen_from(self, side: PreparedArticle) -> Pair:
        """The pair with this one of the two as the submission."""
        return self.pair if side is self.submission else self.pair.turned
