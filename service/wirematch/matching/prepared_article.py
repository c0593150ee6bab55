"""An article prepared for comparison."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from wirematch.matching.profiles.text_profile import Profile
from wirematch.models import Article, StoredArticle
from wirematch.text.prepared import PreparedText


class ArticleOnDemand(Protocol):
    """A stored article that is decoded on access; DamagedRecordError if that fails."""

    @property
    def id(self) -> str | None: ...

    @property
    def published_at(self) -> datetime | None: ...

    @property
    def stored_at(self) -> datetime: ...

    @property
    def article(self) -> Article: ...


class PreparedArticle:
    """An article prepared for comparison."""

    __slots__ = ("_known", "profile")

    def __init__(self, known: Article | ArticleOnDemand, profile: Profile) -> None:
        """``known`` may be decoded lazily: of most stored articles, only the text is ever needed."""
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
    def first_seen(self) -> datetime | None:
        """When it was published or, where that is not known, stored; None if it is not stored, either."""
        known = self._known
        stored_at = None if isinstance(known, Article) and not isinstance(known, StoredArticle) else known.stored_at
        return known.published_at or stored_at

    @property
    def text(self) -> PreparedText:
        return self.profile.text

    @property
    def imprint_only(self) -> bool:
        """Whether only an imprint of the text is kept, so that its letters are not known."""
        return self.article.imprint is not None
