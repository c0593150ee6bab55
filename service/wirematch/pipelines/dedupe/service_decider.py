"""A Decider on a running service, through the client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from wirematch.errors import IndexUnavailableError
from wirematch.models import Article, Decision
from wirematch.pipelines.dedupe.decider import MOST_TRIES, IdTaken, RowDecision, RowRefused
from wirematch_client import AsyncClient, BulkResult, ClientError, NotFoundError

PAUSE_SECONDS = 1.0
"""Pause before the second attempt; each further one waits a second longer."""


class ServiceFailedError(Exception):
    """The service answered 500 for one of the articles; RowDecider finds out which."""


class ServiceDecider:
    """Decides by a running service, without evidence.

    Methods raise IndexUnavailableError if the service cannot be reached or stays overloaded; ``decide`` also raises
    ServiceFailedError.
    """

    def __init__(self, client: AsyncClient, *, unless_duplicate: bool) -> None:
        """With ``unless_duplicate``, copies are not stored."""
        self._client = client
        self._unless_duplicate = unless_duplicate

    async def decide(self, articles: Sequence[Article]) -> list[RowDecision | RowRefused | IdTaken]:
        """See Decider. Articles answered with 429 or 503, or not at all, are sent again after a pause."""
        results: dict[int, RowDecision | RowRefused | IdTaken] = {}
        waiting = list(range(len(articles)))
        for attempt in range(1, MOST_TRIES + 1):
            try:
                sent = [articles[place].model_dump(mode="json", exclude_none=True) for place in waiting]
                stream = self._client.bulk(sent, unless_duplicate=self._unless_duplicate)
                answers = [answer async for answer in stream]
            except ClientError as error:
                if attempt == MOST_TRIES:
                    raise self._unavailable(error) from None
                answers = []
            for place, answer in zip(waiting, answers, strict=False):
                if answer.status == 500:
                    raise ServiceFailedError(answer.problem.detail if answer.problem else "status 500")
                if answer.status not in {429, 503}:
                    results[place] = _result(articles[place], answer)
            waiting = [place for place in waiting if place not in results]
            if not waiting:
                return [results[place] for place in range(len(articles))]
            # An article that was stored although the response was lost is answered 409 next, and has this run's mark.
            await asyncio.sleep(PAUSE_SECONDS * attempt)
        raise IndexUnavailableError(
            f"The service at {self._client.url} cannot store now; repeat the command later to continue."
        )

    async def stored(self, article_id: str) -> Article | None:
        try:
            found = await self._client.get(article_id)
        except NotFoundError:
            return None
        except ClientError as error:
            raise self._unavailable(error) from None
        return Article.model_validate(found.model_dump(include=set(Article.model_fields)))

    async def remove(self, article_id: str, is_it: Callable[[Article], bool]) -> None:
        stored = await self.stored(article_id)
        if stored is None or not is_it(stored):
            return
        try:
            await self._client.delete(article_id)
        except NotFoundError:
            pass
        except ClientError as error:
            raise self._unavailable(error) from None

    def _unavailable(self, error: ClientError) -> IndexUnavailableError:
        return IndexUnavailableError(f"The service at {self._client.url} failed: {error}")


def _result(article: Article, answer: BulkResult) -> RowDecision | RowRefused | IdTaken:
    assert article.id is not None
    if answer.status == 409:
        return IdTaken()
    if answer.decision is None:
        return RowRefused(answer.problem.detail if answer.problem else f"status {answer.status}")
    return RowDecision(article.id, Decision(answer.decision.value), answer.original_id)
