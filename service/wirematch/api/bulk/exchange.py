"""A streaming response that reads its request while it answers: results are sent before the request has ended.

Batches overlap: one is decided and answered while the next is signed and stored. Of batches that are only stored, or
whose copies are dropped, one is stored while the next is signed. At most four batches are in memory, whatever the
length of the stream; beyond that, nothing more is read and TCP flow control holds the client back. A client must
therefore read while it sends, as ``curl -T`` does.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from fastapi import Response
from pydantic import ValidationError
from starlette.types import Receive, Scope, Send

from wirematch.api import problems
from wirematch.api.bulk.feed import SHUTDOWN, Feed, batches
from wirematch.api.bulk.results import BulkCut, BulkEnd, BulkResult, BulkTally
from wirematch.api.problems import Problem, problem
from wirematch.api.request_state import CLOSING
from wirematch.api.routes.articles import unexpired
from wirematch.concurrency import end
from wirematch.detection.detector import Detector
from wirematch.detection.storing.adding import AddResult
from wirematch.detection.storing.batch_order import BatchOrder
from wirematch.errors import ExpiredArticleError, IndexUnavailableError, WirematchError
from wirematch.formats.lines import LineSplitter, id_of_line, is_malformed, read_article_line
from wirematch.formats.unique_names import RepeatedNameError
from wirematch.index.connections.turns import in_turn
from wirematch.models import Article

MEDIA_TYPE = "application/x-ndjson"
MOST_UNREADABLE = 10_000
"""How many lines of one stream may be invalid. The result for such a line is much longer than the line."""
UNREADABLE = problem(
    422,
    "unreadable-stream",
    "Too many lines are not articles",
    f"{MOST_UNREADABLE:,} lines of the stream are not articles.",
)

log = logging.getLogger(__name__)


class BatchFailedError(WirematchError):
    """Deciding a batch failed with an unexpected exception."""

    def __init__(self) -> None:
        super().__init__(
            "An unexpected error occurred with this line or one near it, and was logged. The article may be stored or "
            "not. Send these articles again one by one with PUT, to store them and to find the one that fails."
        )


LAST_SECONDS = 7.0
"""Time that results have after the service was told to stop. After ten seconds, the server ends what is left."""
TELL_SECONDS = 1.0
"""Time that a client has to read the last line then."""

BatchQueue = asyncio.Queue[asyncio.Task[list[BulkResult]] | None]
"""Tasks of batches stored or being stored, in order; None after the last."""


ONE_A_LINE = "send one article a line, without brackets around and commas between them."


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """Limits of one stream."""

    longest_line: int
    """Maximum length of a line in bytes."""
    timeout: float
    """Seconds without a complete line after which the stream is ended."""


class BulkExchange(Response):
    """Response to a body of JSON lines: one line for each, in the same order.

    An article is stored before its result is sent. When the client disconnects, batches that are being stored are
    finished; the summary is not sent.
    """

    media_type = MEDIA_TYPE

    def __init__(
        self,
        detector: Detector,
        admit: Callable[[], Awaitable[Detector]],
        limits: StreamLimits,
        *,
        decide: bool,
        unless_duplicate: bool,
    ) -> None:
        """Without ``decide``, articles are only stored; with ``unless_duplicate``, copies are not stored.

        ``admit`` is asked before each batch, as a stream may last longer than its key or tenant: it returns the
        detector to use from then on, and raises what ends the stream.
        """
        super().__init__()
        self._detector = detector
        self._admit = admit
        self._limits = limits
        self._decide = decide
        self._unless_duplicate = unless_duplicate
        self._lines = 0
        self._unreadable = 0
        self._started = False
        self._ended = False
        self._order = BatchOrder()
        self._tally = BulkTally()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Process batches until the request ends, the client disconnects, or reading is cut short."""
        closing: asyncio.Event = scope.get(CLOSING) or asyncio.Event()
        exchange = asyncio.create_task(self._exchange(Feed(receive, closing, self._limits.timeout), send))
        watch = asyncio.create_task(_late(closing))
        try:
            await asyncio.wait((exchange, watch), return_when=asyncio.FIRST_COMPLETED)
            late = not exchange.done()
        finally:
            await end([watch] if exchange.done() else [watch, exchange])
        if late:
            log.warning("a stream of articles was ended before all were stored, as the service stops")
            with contextlib.suppress(TimeoutError):  # it does not read
                async with asyncio.timeout(TELL_SECONDS):
                    await self._cut(SHUTDOWN, send)
        else:
            await exchange

    async def _exchange(self, feed: Feed, send: Send) -> None:
        queue: BatchQueue = asyncio.Queue(maxsize=1)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._send_results(queue, send))
            async with aclosing(batches(feed, LineSplitter(self._limits.longest_line))) as coming:
                async for batch in coming:
                    if refusal := await self._refusal():
                        feed.cut = refusal
                        break
                    may_follow = asyncio.Event()
                    await queue.put(tasks.create_task(self._process(batch, may_follow)))
                    await may_follow.wait()
                    if self._unreadable >= MOST_UNREADABLE:
                        feed.cut = UNREADABLE
                        break
            await queue.put(None)
        if feed.cut is not None:
            await self._cut(feed.cut, send)
        elif feed.ended:
            await self._send(send, f"{BulkEnd(summary=self._tally.summary()).model_dump_json()}\n", more=False)

    async def _cut(self, reason: Problem, send: Send) -> None:
        if not self._ended:
            await self._send(send, f"{BulkCut(problem=reason).model_dump_json(exclude_none=True)}\n", more=False)

    async def _refusal(self) -> Problem | None:
        """Return why the stream ends here; None if it goes on."""
        try:
            self._detector = await self._admit()
        except IndexUnavailableError:  # the lines say so; the next ones may be stored
            return None
        except WirematchError as error:
            return problems.of_error(error)
        return None

    async def _send_results(self, queue: BatchQueue, send: Send) -> None:
        """Send the results of each batch as soon as it is decided, in the order of the batches."""
        while (batch := await queue.get()) is not None:
            lines = "".join(f"{result.model_dump_json(exclude_none=True)}\n" for result in await batch)
            # Not earlier: reading the body is what makes uvicorn send "100 Continue" to a client that asked for it.
            await self._send(send, lines, more=True)

    async def _send(self, send: Send, lines: str, *, more: bool) -> None:
        if not self._started:
            self._started = True
            headers = [(b"content-type", MEDIA_TYPE.encode())]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": lines.encode(), "more_body": more})
        self._ended = not more

    async def _process(self, batch: list[bytes | None], may_follow: asyncio.Event) -> list[BulkResult]:
        """Store and decide a batch of lines; None stands for a line that is too long.

        Sets ``may_follow`` once the next batch may be processed: it is stored after this one.
        """
        results: dict[int, BulkResult] = {}
        articles: dict[int, Article] = {}
        first = self._lines
        self._lines += len(batch)
        for index, line in enumerate(batch, first):
            read = self._read(line)
            if isinstance(read, Article):
                articles[index] = read
            else:
                self._unreadable += 1
                article_id = None if line is None else id_of_line(line)
                results[index] = BulkResult(index=index, id=article_id, status=read.status, problem=read)
        try:
            with in_turn():
                answers = await self._add(list(articles.values()), may_follow)
        finally:
            may_follow.set()
        told: dict[WirematchError, Problem] = {}  # one error of all lines is logged once
        for (index, article), added in zip(articles.items(), answers, strict=True):
            if isinstance(added, WirematchError) and added not in told:
                told[added] = problems.of_error(added)
            results[index] = _result(index, article, told[added] if isinstance(added, WirematchError) else added)
        ordered = [results[index] for index in sorted(results)]
        for result in ordered:
            self._tally.add(result)
        return ordered

    def _read(self, line: bytes | None) -> Article | Problem:
        if line is None:
            return problems.too_large(f"A line may have at most {self._limits.longest_line:,} bytes.")
        try:
            return unexpired(read_article_line(line))
        except ExpiredArticleError as error:
            return problems.of_error(error)
        except UnicodeDecodeError as error:
            return problems.malformed(f"The line is not UTF-8: {error.reason} at byte {error.start}.")
        except ValidationError as error:
            return _no_article(line, error)
        except RepeatedNameError as error:
            return problems.invalid([error.told()])

    async def _add(self, articles: list[Article], may_follow: asyncio.Event) -> list[AddResult | WirematchError]:
        if not articles:
            return []
        policy = {"decide": self._decide, "unless_duplicate": self._unless_duplicate}
        try:
            return await self._detector.add_many(
                articles, **policy, wait=True, let_next=may_follow.set, order=self._order
            )
        except WirematchError as error:  # Redis is unavailable: these lines fail; the next are tried
            return [error] * len(articles)
        except Exception:  # a bug that one article triggers must not end the stream
            log.exception("a batch of %d articles failed", len(articles))
            return [BatchFailedError()] * len(articles)


async def _late(closing: asyncio.Event) -> None:
    """Return when a stream must have ended, as the service stops."""
    await closing.wait()
    await asyncio.sleep(LAST_SECONDS)


def _no_article(line: bytes, error: ValidationError) -> Problem:
    reason = is_malformed(error)
    if reason is None:
        return problems.invalid(error.errors(include_url=False), Article)
    array = line.lstrip().startswith(b"[")
    said = f"The line begins an array: {ONE_A_LINE}" if array else f"The line is not valid JSON: {reason}."
    return problems.malformed(said)


def _result(index: int, article: Article, added: AddResult | Problem) -> BulkResult:
    if isinstance(added, Problem):
        return BulkResult(index=index, id=article.id, status=added.status, problem=added)
    return BulkResult(
        index=index,
        id=added.id or article.id,
        status=200 if added.id is None else 201,
        decision=added.decision,
        original_id=added.original_id,
        pickups=list(added.pickups) or None,
        untranslated=added.untranslated,
    )
