"""The client for code that waits."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Self, TypeVar

import httpx2

from wirematch_client import calls
from wirematch_client.attempts import Attempts
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
DEFAULT_URL = "http://127.0.0.1:8000"


class Client:
    """A service at ``url``; threads may share one. Close it, or use it in a ``with``.

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
        self._http = httpx2.Client(timeout=timeout, headers=with_key(headers), limits=limits)

    def check(self, article: ArticleLike, filters: Filters | None = None) -> Report:
        """Which stored articles does this one derive from? Nothing is stored."""
        return self._do(calls.check(article, filters))

    def add(
        self, article: ArticleLike, *, report: bool = True, unless_duplicate: bool = False, key: str | None = None
    ) -> Receipt:
        """Store a new article, once however often it is sent; ArticleExistsError when its id is taken.

        ``key`` is the request's ``Idempotency-Key``: give one of your own where you may call again yourself.
        """
        return self._do(calls.add(article, report=report, unless_duplicate=unless_duplicate, key=key))

    def put(self, article_id: str, article: ArticleLike, *, report: bool = True) -> Receipt:
        """Store an article under an id, whatever was there."""
        return self._do(calls.put(article_id, article, report=report))

    def get(self, article_id: str) -> StoredArticle:
        """The article as it was stored; NotFoundError."""
        return self._do(calls.get(article_id))

    def delete(self, article_id: str) -> None:
        """Remove an article; NotFoundError when there is none."""
        self._do(calls.delete(article_id))

    def compare(self, submission: ArticleLike, story: ArticleLike) -> Match:
        """What does the submission owe to the story? Nothing is stored."""
        return self._do(calls.compare(submission, story))

    def pickups(self, article_id: str, *, offset: int = 0, limit: int = 20) -> PickupPage:
        """Stored articles that derive from this one, newest first; NotFoundError."""
        return self._do(calls.pickups(article_id, offset, limit))

    def cluster(self, article_id: str, *, offset: int = 0, limit: int = 100) -> ClusterPage:
        """The group of an article: the original first, then its copies and rewrites; NotFoundError."""
        return self._do(calls.cluster(article_id, offset, limit))

    def bulk(
        self,
        articles: Iterable[ArticleLike],
        *,
        report: bool = True,
        unless_duplicate: bool = False,
        batch: int = BATCH,
    ) -> Iterator[BulkResult]:
        """Store many; a result for each, in order, as soon as its batch is answered. No more than a batch is held."""
        batches = BulkBatches(report, unless_duplicate, batch)
        for article in articles:
            if (call := batches.feed(article)) is not None:
                yield from self._do(call)
        if (call := batches.end()) is not None:
            yield from self._do(call)

    def ready(self) -> bool:
        """Whether the service can work now; asked once."""
        try:
            self._do(calls.ready())
        except (ConnectionFailedError, ProblemError):
            return False
        return True

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _do(self, call: Call[R]) -> R:
        attempts = Attempts(call, self._retry)
        while True:
            try:
                response = self._http.send(call.request(self._http, self.url))
            except httpx2.TransportError as error:
                delay = attempts.failed(error, self.url)
            else:
                asked = attempts.answered(response)
                if asked is None:
                    return call.read(response)
                delay = asked
            time.sleep(delay)
