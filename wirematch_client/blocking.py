"""The synchronous client."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Self, TypeVar

import httpx2

from wirematch_client import calls
from wirematch_client.answers import TOTAL_SECONDS, Answer, Collecting, Deadline, no_cookies
from wirematch_client.attempts import FAILURES, Attempts
from wirematch_client.calls import BATCH, KEEP_ALIVE_SECONDS, BulkBatches, Call, connected, with_key
from wirematch_client.errors import ClientError
from wirematch_client.models import (
    ArticleLike,
    BulkResult,
    ClusterPage,
    EventPage,
    Filters,
    Match,
    PickupPage,
    Readiness,
    Receipt,
    Report,
    Session,
    StoredArticle,
)
from wirematch_client.retrying import Retry

R = TypeVar("R")
DEFAULT_URL = "http://127.0.0.1:8000"


class Client:
    """A client of the service at ``url``. Threads may share one. Close it, or use it in a ``with``:

    >>> def decide(text: str) -> str:
    ...     with Client("http://127.0.0.1:8000") as wirematch:
    ...         return wirematch.check({"body": text}).decision

    Methods raise ConnectionFailedError if there was no response, and ProblemError if the service responded with an
    error.
    """

    def __init__(  # noqa: PLR0913 - its options
        self,
        url: str = DEFAULT_URL,
        *,
        timeout: float = 30.0,
        total: float = TOTAL_SECONDS,
        retry: Retry | None = None,
        headers: dict[str, str] | None = None,
        connections: int = 20,
    ) -> None:
        """``timeout`` is in seconds, for connecting and each read or write, ``total`` for a call with all its retries.

        ``headers`` are sent with every request.

        The access key comes from the environment variable ``WIREMATCH_KEY``, or from an ``Authorization`` header.
        """
        self.url = url.rstrip("/")
        self._retry = retry or Retry()
        limits = httpx2.Limits(max_connections=connections, keepalive_expiry=KEEP_ALIVE_SECONDS)
        self._total = total
        self._deadline = Deadline()
        self._http = connected(
            httpx2.Client, timeout=timeout, headers=with_key(headers), limits=limits, cookies=no_cookies()
        )

    def check(self, article: ArticleLike, filters: Filters | None = None) -> Report:
        """Which stored articles does this one derive from? Nothing is stored."""
        return self._do(calls.check(article, filters))

    def add(
        self, article: ArticleLike, *, report: bool = True, unless_duplicate: bool = False, key: str | None = None
    ) -> Receipt:
        """Store a new article. Raises ArticleExistsError if its id is taken.

        It is stored once, even if the request has to be sent several times. ``key`` is the ``Idempotency-Key``, by
        default a new one; pass your own if you may repeat the call. With ``unless_duplicate``, copies are not stored.
        """
        return self._do(calls.add(article, report=report, unless_duplicate=unless_duplicate, key=key))

    def put(self, article_id: str, article: ArticleLike, *, report: bool = True) -> Receipt:
        """Store an article under an id, replacing the one stored under it."""
        return self._do(calls.put(article_id, article, report=report))

    def get(self, article_id: str) -> StoredArticle:
        """Return the article as it was stored. Raises NotFoundError."""
        return self._do(calls.get(article_id))

    def delete(self, article_id: str) -> None:
        """Delete an article. Raises NotFoundError if there is none."""
        self._do(calls.delete(article_id))

    def compare(self, submission: ArticleLike, story: ArticleLike) -> Match:
        """How much of the submission comes from the story? Nothing is stored."""
        return self._do(calls.compare(submission, story))

    def pickups(self, article_id: str, *, offset: int = 0, limit: int = 20) -> PickupPage:
        """Return the stored articles that derive from this one, newest first. Raises NotFoundError."""
        return self._do(calls.pickups(article_id, offset, limit))

    def cluster(self, article_id: str, *, offset: int = 0, limit: int = 100) -> ClusterPage:
        """Return an article's cluster: the original first, then its copies and rewrites. Raises NotFoundError."""
        return self._do(calls.cluster(article_id, offset, limit))

    def event(self, article_id: str, *, offset: int = 0, limit: int = 20) -> EventPage:
        """Return the stored articles on this one's event, first to last, with their relation to it.

        Raises NotFoundError.
        """
        return self._do(calls.event(article_id, offset, limit))

    def bulk(
        self,
        articles: Iterable[ArticleLike],
        *,
        report: bool = True,
        unless_duplicate: bool = False,
        batch: int = BATCH,
    ) -> Iterator[BulkResult]:
        """Store many articles; yields a result for each, in order, as soon as its batch is answered.

        ``batch`` is the number of articles per request, 1 to 64, and the most that are held in memory.
        """
        batches = BulkBatches(report, unless_duplicate, batch)
        for article in articles:
            if (call := batches.feed(article)) is not None:
                yield from self._do(call)
        if (call := batches.end()) is not None:
            yield from self._do(call)

    def ready(self) -> bool:
        """Return whether the service is ready; False also if it, or Wirematch, is not there."""
        try:
            self.ensure_ready()
        except ClientError:
            return False
        return True

    def ensure_ready(self) -> Readiness:
        """Raise ConnectionFailedError, or ProblemError with the service's reason, unless the service is ready.

        Its answer says if an import has not ended, so that articles are missing; this is logged as a warning, too.
        """
        return self._do(calls.ready())

    def session(self) -> Session:
        """Return who the service takes this client for, and whose articles it works on."""
        return self._do(calls.session())

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _do(self, call: Call[R]) -> R:
        attempts = Attempts(call, self._retry, self._total)
        while True:
            try:
                answer = self._send(call, attempts.left)
            except FAILURES as error:
                delay = attempts.failed(error, self.url)
            else:
                wait = attempts.answered(answer)
                if wait is None:
                    return call.read(answer)
                delay = wait
            time.sleep(delay)

    def _send(self, call: Call[R], seconds: float) -> Answer:
        request = call.request(self._http, self.url)
        self._deadline.begin(request, seconds)
        response = self._http.send(request, stream=True)
        try:
            collecting = Collecting(response)
            for piece in response.iter_raw():
                if not collecting.takes(piece):
                    break
        finally:
            response.close()
        return collecting.end()
