"""Replace a stored article by a new version and keep the version that was replaced."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from wirematch.detection.detector import Detector
from wirematch.errors import ArticleNotFoundError, WirematchError
from wirematch.index.protocol import PutOutcome, Record
from wirematch.models import Article, Receipt
from wirematch.state.earlier_versions import EarlierVersion, EarlierVersions

log = logging.getLogger(__name__)


class Replacing:
    """Replaces articles of one index; with ``earlier`` None, replaced versions are dropped."""

    def __init__(self, detector: Detector, earlier: EarlierVersions | None) -> None:
        self._detector = detector
        self._earlier = earlier

    async def replace(
        self, article: Article, stored: Record, *, report: bool = True
    ) -> tuple[PutOutcome, Receipt] | None:
        """As ``Detector.replace``, in place of ``stored``; None when that changed meanwhile."""
        done = await self._detector.replace(article, stored.number, report=report)
        if done is not None and done[0] is PutOutcome.REPLACED and self._earlier is not None:
            await self._keep(self._earlier, article, stored)
        return done

    async def _keep(self, kept: EarlierVersions, article: Article, stored: Record) -> None:
        """Keep the replaced version. Failures are only logged: the article is replaced already."""
        before = stored.article.as_submitted()
        if before.imprint is not None or (before.body, before.headline) == (article.body, article.headline):
            return
        version = EarlierVersion(version=stored.article.version, replaced_at=datetime.now(UTC), article=before)
        try:
            await kept.keep(version, article)
            if not await self._succeeds(stored):
                await kept.forget([before.id or ""])
        except WirematchError as error:
            log.warning("an earlier version of an article is not kept: %s", error)

    async def _succeeds(self, stored: Record) -> bool:
        """Whether a later version than ``stored`` exists now.

        If not, a deletion may have removed earlier versions before this one was kept, and so missed it.
        """
        try:
            present = await self._detector.stored.get(stored.article.id or "")
        except ArticleNotFoundError:
            return False
        return present.version > stored.article.version
