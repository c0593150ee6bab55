"""Many articles in one request, as a conversation: lines come in, results go out, and neither waits for the end.

A batch is stored before the next is read, and decided and answered while that one is stored. No more than four are in
hand, so memory stays as it is whatever the length; TCP tells the client to wait. A client therefore reads while it
sends, as ``curl -T`` does.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import ValidationError
from starlette.types import Message, Receive, Scope, Send

from wirematch.api import problems
from wirematch.api.articles import StorePolicy, lasting
from wirematch.api.bulk_documents import told, whole_body
from wirematch.api.bulk_results import BulkEnd, BulkResult, BulkSummary
from wirematch.api.problems import RESPONSES, Problem
from wirematch.api.state import UsesDetector, UsesIntake
from wirematch.detection.detector import AddResult, Detector
from wirematch.errors import ExpiredArticleError, UnknownFormatError, WirematchError
from wirematch.formats.lines import LineSplitter, is_malformed, read_article_line
from wirematch.formats.registry import Format, of_media_type
from wirematch.models import Article, Decision

PATH = "/v1/articles/bulk"
MEDIA_TYPE = "application/x-ndjson"
ACCEPTED = frozenset({MEDIA_TYPE, "application/ndjson", "application/jsonl", "application/json-lines"})
BATCH_LINES = 64
BATCH_BYTES = 4 * 1024 * 1024
PAUSE_SECONDS = 0.05
"""When nothing comes for so long, what has come is worked on: a stream may be a live feed."""

log = logging.getLogger(__name__)
router = APIRouter(tags=["articles"], responses=RESPONSES)


class BatchFailedError(WirematchError):
    """Deciding a batch failed for a defect of ours."""

    def __init__(self) -> None:
        super().__init__(
            "Something went wrong on our side with this line or one beside it; the error was logged. The article may "
            "be stored. Send those lines again by themselves, with PUT, to know which it was."
        )


Working = asyncio.Queue[asyncio.Task[list[BulkResult]] | None]
"""Batches that are stored or being stored, in order; None when there are no more."""


class StreamingExchange(Response):
    """Reads the request while it answers; what was answered is stored."""

    media_type = MEDIA_TYPE

    def __init__(self, detector: Detector, longest_line: int, *, look: bool, unless_duplicate: bool) -> None:
        super().__init__()
        self._detector = detector
        self._longest_line = longest_line
        self._look = look
        self._unless_duplicate = unless_duplicate
        self._lines = 0
        self._statuses: Counter[int] = Counter()
        self._decisions: Counter[Decision] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - the ASGI interface
        """Speak until the client has said everything, or is gone."""
        started = time.perf_counter()
        working: Working = asyncio.Queue(maxsize=1)
        ended = False
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._answer(working, send))
            async with aclosing(_batches(receive, LineSplitter(self._longest_line))) as batches:
                async for batch, last in batches:
                    stored = asyncio.Event()
                    await working.put(tasks.create_task(self._work(batch, stored)))
                    await stored.wait()
                    ended = last
            await working.put(None)
        if ended:
            said = f"{self._end(started).model_dump_json()}\n"
            await send({"type": "http.response.body", "body": said.encode(), "more_body": False})

    async def _answer(self, working: Working, send: Send) -> None:
        """Say what became of each batch as soon as it is known, in their order."""
        begun = False
        while (work := await working.get()) is not None:
            said = "".join(f"{result.model_dump_json(exclude_none=True)}\n" for result in await work)
            # Not before something was read: a client that asks whether to go on is told so by reading.
            if not begun:
                headers = [(b"content-type", MEDIA_TYPE.encode())]
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                begun = True
            await send({"type": "http.response.body", "body": said.encode(), "more_body": True})

    async def _work(self, batch: list[bytes | None], stored: asyncio.Event) -> list[BulkResult]:
        """Store and decide; ``stored`` is set when the next batch may be stored behind this one."""
        results: dict[int, BulkResult] = {}
        articles: dict[int, Article] = {}
        first = self._lines
        self._lines += len(batch)
        for index, line in enumerate(batch, first):
            read = self._read(line)
            if isinstance(read, Article):
                articles[index] = read
            else:
                results[index] = BulkResult(index=index, status=read.status, problem=read)
        try:
            done = await self._add(list(articles.values()), stored)
        finally:
            stored.set()
        for (index, article), added in zip(articles.items(), done, strict=True):
            results[index] = _result(index, article, added)
        ordered = [results[index] for index in sorted(results)]
        self._statuses.update(result.status for result in ordered)
        self._decisions.update(result.decision for result in ordered if result.decision)
        return ordered

    def _read(self, line: bytes | None) -> Article | Problem:
        if line is None:
            return problems.too_large(f"A line may have {self._longest_line:,} bytes.")
        try:
            return lasting(read_article_line(line))
        except ExpiredArticleError as error:
            return problems.of_error(error)
        except UnicodeDecodeError as error:
            return problems.malformed(f"The line is not UTF-8: {error.reason} at byte {error.start}.")
        except ValidationError as error:
            if reason := is_malformed(error):
                return problems.malformed(f"The line is not valid JSON: {reason}.")
            return problems.invalid(error.errors(include_url=False))

    async def _add(self, articles: list[Article], stored: asyncio.Event) -> list[AddResult | WirematchError]:
        if not articles:
            return []
        policy = {"look": self._look, "unless_duplicate": self._unless_duplicate}
        try:
            return await self._detector.add_many(articles, **policy, wait=True, on_stored=stored.set)
        except WirematchError as error:  # Redis is away: these lines are told so, and the next may fare better
            return [error] * len(articles)
        except Exception:  # a defect of ours with one of them is not to cut off all that is still to come
            log.exception("a batch of %d articles failed", len(articles))
            return [BatchFailedError()] * len(articles)

    def _end(self, started: float) -> BulkEnd:
        stored, copies = self._statuses[201], self._statuses[200]
        return BulkEnd(
            summary=BulkSummary(
                lines=self._lines,
                stored=stored,
                copies=copies,
                problems=self._lines - stored - copies,
                decisions=dict(self._decisions),
                took_ms=round((time.perf_counter() - started) * 1000, 2),
            )
        )


@router.post(
    PATH,
    status_code=200,
    response_class=StreamingExchange,
    responses={200: {"model": BulkResult | BulkEnd, "description": "A result for every line, then the summary."}},
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "One article a line.",
            "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
        }
    },
)
async def add_articles(
    request: Request,
    detector: UsesDetector,
    intake: UsesIntake,
    *,
    report: Annotated[bool, Query(description="Whether to decide what each article derives from.")] = True,
    store: Annotated[StorePolicy, Query(description="Whether copies of stored articles are stored.")] = (
        StorePolicy.ALWAYS
    ),
) -> Response:
    """Store a stream of articles, one in JSON a line, and answer a line for each in the same order.

    Each is decided as if the lines had been posted one after the other. Read while you send: results are not kept back.
    A news document with several articles (a feed, a message) is taken as well, under its own media type.
    """
    unless_duplicate = store is StorePolicy.UNLESS_DUPLICATE
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() not in ACCEPTED:
        format_, charset = of_media_type(content_type)
        if format_ in {None, Format.JSON, Format.TEXT}:
            raise UnknownFormatError(
                f"Send one article in JSON a line, with 'Content-Type: {MEDIA_TYPE}', or a news document with several."
            )
        assert format_ is not None
        content = await whole_body(request, request.state.longest_line)
        documents = await intake.read(content, format_, charset)
        lines = told(intake, documents, report=report, unless_duplicate=unless_duplicate)
        return StreamingResponse(lines, media_type=MEDIA_TYPE)
    return StreamingExchange(detector, request.state.longest_line, look=report, unless_duplicate=unless_duplicate)


async def _batches(receive: Receive, lines: LineSplitter) -> AsyncGenerator[tuple[list[bytes | None], bool], None]:
    """Lines with something on them, some at a time, and whether these are the last, which may be none.

    It ends without a last batch when the client goes away; what it had begun to say is dropped.
    """
    batch: list[bytes | None] = []
    size, more = 0, True
    coming: asyncio.Future[Message] | None = None
    try:
        while more:
            coming = coming or asyncio.ensure_future(receive())
            done, _ = await asyncio.wait({coming}, timeout=PAUSE_SECONDS if batch else None)
            if not done:
                yield batch, False
                batch, size = [], 0
                continue
            message, coming = coming.result(), None
            if message["type"] == "http.disconnect":
                return
            more = message.get("more_body", False)
            found = lines.feed(message.get("body", b"")) + ([] if more else lines.end())
            for line in found:
                if line is not None and not line.strip():
                    continue
                if len(batch) >= BATCH_LINES or size >= BATCH_BYTES:
                    yield batch, False
                    batch, size = [], 0
                batch.append(line)
                size += len(line or b"")
        yield batch, True
    finally:
        if coming is not None:
            coming.cancel()


def _result(index: int, article: Article, added: AddResult | WirematchError) -> BulkResult:
    if isinstance(added, WirematchError):
        return BulkResult(index=index, id=article.id, status=added.status, problem=problems.of_error(added))
    return BulkResult(
        index=index,
        id=added.id or article.id,
        status=200 if added.id is None else 201,
        decision=added.decision,
        original_id=added.original_id,
        pickups=list(added.pickups) or None,
    )
