"""The client for asyncio and trio: the same methods as :class:`Client`, awaited."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import Self, TypeVar

import anyio
import httpx2

from wirematch_client import calls
from wirematch_client.attempts import Attempts
from wirematch_client.blocking import DEFAULT_URL
from wirematch_client.calls import BATCH, KEEP_ALIVE_SECONDS, BulkBatches, Call, with_key
from wirematch_client.errors import ConnectionFailedError, ProblemError
from wirematch_client.models import (
    ArticleLike,
    BulkResult,
    ClusterPage,
    Filters,
    Match,
    PickupPage,
    Receipt,
    Report,
    StoredArticle,
)
from wirematch_client.retrying import Retry

R = TypeVar("R")


class AsyncClient:
    """A service at ``url``; tasks may share one. Close it, or use it in an ``async with``.

    Every method raises ConnectionFailedError where no answer came, and the ProblemError that the service answered.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        timeout: float = 30.0,
        retry: Retry | None = None,
        headers: dict[str, str] | None = None,
        connections: int = 20,
    ) -> None:
        """``timeout`` in seconds, for connecting, sending and each wait; ``headers`` go with every call.

        A key comes from the environment's ``WIREMATCH_KEY``, or from an ``Authorization`` of your own.
        """
        self.url = url.rstrip("/")
        self._retry = retry or Retry()
        limits = httpx2.Limits(max_connections=connections, keepalive_expiry=KEEP_ALIVE_SECONDS)
        self._http = httpx2.AsyncClient(timeout=timeout, headers=with_key(headers), limits=limits)

    async def check(self, article: ArticleLike, filters: Filters | None = None) -> Report:
        """Which stored articles does this one derive from? Nothing is stored."""
        return await self._do(calls.check(article, filters))

    async def add(
        self, article: ArticleLike, *, report: bool = True, unless_duplicate: bool = False, key: str | None = None
    ) -> Receipt:
        """Store a new article, once however often it is sent; ArticleExistsError when its id is taken.

        ``key`` is the request's ``Idempotency-Key``: give one of your own where you may call again yourself.
        """
        return await self._do(calls.add(article, report=report, unless_duplicate=unless_duplicate, key=key))

    async def put(self, article_id: str, article: ArticleLike, *, report: bool = True) -> Receipt:
        """Store an article under an id, whatever was there."""
        return await self._do(calls.put(article_id, article, report=report))

    async def get(self, article_id: str) -> StoredArticle:
        """The article as it was stored; NotFoundError."""
        return await self._do(calls.get(article_id))

    async def delete(self, article_id: str) -> None:
        """Remove an article; NotFoundError when there is none."""
        await self._do(calls.delete(article_id))

    async def compare(self, submission: ArticleLike, story: ArticleLike) -> Match:
        """What does the submission owe to the story? Nothing is stored."""
        return await self._do(calls.compare(submission, story))

    async def pickups(self, article_id: str, *, offset: int = 0, limit: int = 20) -> PickupPage:
        """Stored articles that derive from this one, newest first; NotFoundError."""
        return await self._do(calls.pickups(article_id, offset, limit))

    async def cluster(self, article_id: str, *, offset: int = 0, limit: int = 100) -> ClusterPage:
        """The group of an article: the original first, then its copies and rewrites; NotFoundError."""
        return await self._do(calls.cluster(article_id, offset, limit))

    async def bulk(
        self,
        articles: Iterable[ArticleLike] | AsyncIterable[ArticleLike],
        *,
        report: bool = True,
        unless_duplicate: bool = False,
        batch: int = BATCH,
    ) -> AsyncIterator[BulkResult]:
        """Store many; a result for each, in order, as soon as its batch is answered. No more than a batch is held."""
        batches = BulkBatches(report, unless_duplicate, batch)
        async for article in _each(articles):
            if (call := batches.feed(article)) is not None:
                for result in await self._do(call):
                    yield result
        if (call := batches.end()) is not None:
            for result in await self._do(call):
                yield result

    async def ready(self) -> bool:
        """Whether the service can work now; asked once."""
        try:
            await self._do(calls.ready())
        except (ConnectionFailedError, ProblemError):
            return False
        return True

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _do(self, call: Call[R]) -> R:
        attempts = Attempts(call, self._retry)
        while True:
            try:
                response = await self._http.send(call.request(self._http, self.url))
            except httpx2.TransportError as error:
                delay = attempts.failed(error, self.url)
            else:
                asked = attempts.answered(response)
                if asked is None:
                    return call.read(response)
                delay = asked
            await anyio.sleep(delay)


async def _each(articles: Iterable[ArticleLike] | AsyncIterable[ArticleLike]) -> AsyncIterator[ArticleLike]:
    if isinstance(articles, AsyncIterable):
        async for article in articles:
            yield article
    else:
        for article in articles:
            yield article
