"""A service elsewhere as the one who decides, through its client."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from wirematch.errors import IndexUnavailableError
from wirematch.models import Article, Decision
from wirematch.pipelines.dedupe.decider import MOST_TRIES, IdTaken, RowDecision, RowRefused
from wirematch_client import AsyncClient, BulkResult, ClientError, NotFoundError

PAUSE_SECONDS = 1.0


class ServiceFailedError(Exception):
    """A defect of the service with one of the articles; a desk finds out which."""


class ServiceDecider:
    """A running service. It decides without telling the evidence.

    IndexUnavailableError when it stays away, ServiceFailedError when it fails with an article.
    """

    def __init__(self, client: AsyncClient, *, unless_duplicate: bool) -> None:
        self._client = client
        self._unless_duplicate = unless_duplicate

    async def decide(self, articles: Sequence[Article]) -> list[RowDecision | RowRefused | IdTaken]:
        """A request a few dozen; what was refused for the moment is sent again, after those that were not."""
        outcomes: dict[int, RowDecision | RowRefused | IdTaken] = {}
        waiting = list(range(len(articles)))
        for attempt in range(1, MOST_TRIES + 1):
            try:
                sent = [articles[place].model_dump(mode="json", exclude_none=True) for place in waiting]
                stream = self._client.bulk(sent, unless_duplicate=self._unless_duplicate)
                results = [result async for result in stream]
            except ClientError as error:
                if attempt == MOST_TRIES:
                    raise IndexUnavailableError(f"The service at {self._client.url} failed: {error}") from error
                results = []
            for place, result in zip(waiting, results, strict=False):
                if result.status == 500:
                    raise ServiceFailedError(result.problem.detail if result.problem else "status 500")
                if result.status not in {429, 503}:
                    outcomes[place] = _outcome(articles[place], result)
            waiting = [place for place in waiting if place not in outcomes]
            if not waiting:
                return [outcomes[place] for place in range(len(articles))]
            # What was stored before the answer was lost is met again as taken, and known by its mark.
            await asyncio.sleep(PAUSE_SECONDS * attempt)
        raise IndexUnavailableError(f"The service at {self._client.url} cannot store now; run the same again later.")

    async def stored(self, article_id: str) -> Article | None:
        try:
            found = await self._client.get(article_id)
        except NotFoundError:
            return None
        except ClientError as error:
            raise IndexUnavailableError(f"The service at {self._client.url} failed: {error}") from error
        return Article.model_validate(found.model_dump(include=set(Article.model_fields)))

    async def remove(self, article_id: str) -> None:
        try:
            await self._client.delete(article_id)
        except NotFoundError:
            pass
        except ClientError as error:
            raise IndexUnavailableError(f"The service at {self._client.url} failed: {error}") from error


def _outcome(article: Article, result: BulkResult) -> RowDecision | RowRefused | IdTaken:
    assert article.id is not None
    if result.status == 409:
        return IdTaken()
    if result.decision is None:
        return RowRefused(result.problem.detail if result.problem else f"status {result.status}")
    return RowDecision(article.id, Decision(result.decision.value), result.original_id)
