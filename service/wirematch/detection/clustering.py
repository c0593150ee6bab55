"""What is told of groups: without them, answers are a little poorer, and nobody is refused."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from wirematch.detection.decision import DecidedSubmission
from wirematch.errors import IndexUnavailableError
from wirematch.state.clusters import ArticleClusters, ClusterUpdate

R = TypeVar("R")
log = logging.getLogger(__name__)


class Clustering:
    """Groups for as long as their part of the store answers."""

    def __init__(self, groups: ArticleClusters) -> None:
        self.groups = groups

    async def settle(
        self, settled: Sequence[DecidedSubmission], cluster_update: Sequence[ClusterUpdate | None]
    ) -> list[str | None]:
        """Of each article the original of its group, and no round trip where nothing derives from anything.

        Where groups are not to be had, what an article derives from most closely is told.
        """
        told = [one for one in cluster_update if one is not None]
        answers = await _or_none(self.groups.settle(told)) if told else []
        found = iter(answers if answers is not None else [None] * len(told))
        return [
            (next(found) if one is not None else None) or outcome.original_id
            for outcome, one in zip(settled, cluster_update, strict=True)
        ]

    async def original_of(self, article_id: str) -> str:
        """The original of an article's group, which may be itself."""
        group = await _or_none(self.groups.cluster_of(article_id, None, 0, 1))
        return group.original if group else article_id

    async def leave(self, article_ids: Sequence[str]) -> None:
        """These are gone."""
        if article_ids:
            await _or_none(self.groups.leave(article_ids))


async def _or_none(work: Awaitable[R]) -> R | None:
    try:
        return await work
    except IndexUnavailableError as error:
        log.warning("groups cannot be kept now: %s", error)
        return None
