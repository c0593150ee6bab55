"""The requests that both clients send, and the parsing of their responses, without I/O."""

from __future__ import annotations

import json
import logging
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, Self, TypeVar
from urllib.parse import quote

import httpx2
from pydantic import BaseModel, ValidationError, model_validator

from wirematch_client.answers import ACCEPTED, Answer
from wirematch_client.errors import ConnectionFailedError, ProblemError, UnexpectedAnswerError
from wirematch_client.models import (
    ArticleLike,
    BulkResult,
    ClusterPage,
    EventPage,
    Filters,
    Match,
    PickupPage,
    Problem,
    Readiness,
    Receipt,
    Report,
    Session,
    StoredArticle,
    as_article,
)
from wirematch_client.retrying import read_retry_after

log = logging.getLogger(__name__)

R = TypeVar("R")
M = TypeVar("M", bound=BaseModel)
H = TypeVar("H", httpx2.Client, httpx2.AsyncClient)

NDJSON = "application/x-ndjson"
BATCH = 64
"""Articles per bulk request. The service responds while it reads, but httpx2 reads only after it has sent everything. A
request must therefore not exceed one batch of the service, 64 lines or 4 MiB, or each could wait for the other."""
BATCH_BYTES = 3 * 1024 * 1024
KEEP_ALIVE_SECONDS = 3.0
"""The service closes idle connections after 5 s; the client closes them earlier, so that no request meets that."""

LONGEST_QUOTE = 500
"""Characters of what a message quotes from a response."""
KEY_VARIABLE = "WIREMATCH_KEY"
"""Environment variable with the key, for services that need one."""


def with_key(headers: dict[str, str] | None) -> dict[str, str]:
    """Return ``headers`` with the key from the environment, unless they have an ``Authorization``."""
    key = os.environ.get(KEY_VARIABLE)
    if not key or any(name.lower() == "authorization" for name in headers or ()):
        return headers or {}
    return {"Authorization": f"Bearer {key}", **(headers or {})}


def connected(kind: type[H], **options: Any) -> H:
    """Return an HTTP client. Raises ConnectionFailedError for a proxy in the environment that cannot be used."""
    try:
        return kind(**options)
    except (ImportError, ValueError) as error:  # SOCKS without its package, or no URL
        raise ConnectionFailedError(
            f"The proxy that HTTP_PROXY, HTTPS_PROXY or ALL_PROXY names cannot be used: {error}"
        ) from error


class _BulkEnd(BaseModel):
    """The last line of a bulk response: totals, or why the service stopped early."""

    summary: dict[str, object] | None = None
    problem: Problem | None = None

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if (self.summary is None) == (self.problem is None):
            raise ValueError("the last line is no summary")
        return self


@dataclass(frozen=True, slots=True)
class Call(Generic[R]):
    """One request, and how to parse its response."""

    method: str
    path: str
    read: Callable[[Answer], R]
    repeatable: bool
    """Whether processing it twice has the same effect as once."""
    params: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    media_type: str = "application/json"
    key: str | None = None
    """The ``Idempotency-Key``, the same in every attempt."""

    def request(self, client: httpx2.Client | httpx2.AsyncClient, url: str) -> httpx2.Request:
        """Build the request to the service at ``url``."""
        headers = {} if self.content is None else {"Content-Type": self.media_type}
        headers |= ACCEPTED
        if self.key is not None:
            headers["Idempotency-Key"] = f'"{self.key}"'
        return client.build_request(
            self.method, url + self.path, params=self.params or None, content=self.content, headers=headers
        )


def check(article: ArticleLike, filters: Filters | None) -> Call[Report]:
    content = _dump(as_article(article)) | (_dump(filters) if filters else {})
    return Call("POST", "/v1/check", _model(Report), repeatable=True, content=_json(content))


def add(article: ArticleLike, *, report: bool, unless_duplicate: bool, key: str | None) -> Call[Receipt]:
    return Call(
        "POST",
        "/v1/articles",
        _model(Receipt),
        repeatable=True,
        key=key or str(uuid.uuid4()),
        params=_storing(report=report, unless_duplicate=unless_duplicate),
        content=_json(_dump(as_article(article))),
    )


def put(article_id: str, article: ArticleLike, *, report: bool) -> Call[Receipt]:
    content = _json(_dump(as_article(article)))
    params = _storing(report=report, unless_duplicate=False)
    return Call("PUT", _path(article_id), _model(Receipt), repeatable=True, params=params, content=content)


def get(article_id: str) -> Call[StoredArticle]:
    return Call("GET", _path(article_id), _model(StoredArticle), repeatable=True)


def delete(article_id: str) -> Call[None]:
    return Call("DELETE", _path(article_id), _nothing, repeatable=True)


def compare(submission: ArticleLike, story: ArticleLike) -> Call[Match]:
    content = {"submission": _dump(as_article(submission)), "story": _dump(as_article(story))}
    return Call("POST", "/v1/compare", _model(Match), repeatable=True, content=_json(content))


def pickups(article_id: str, offset: int, limit: int) -> Call[PickupPage]:
    params = {"offset": str(offset), "limit": str(limit)}
    return Call("GET", _path(article_id) + "/pickups", _model(PickupPage), repeatable=True, params=params)


def cluster(article_id: str, offset: int, limit: int) -> Call[ClusterPage]:
    params = {"offset": str(offset), "limit": str(limit)}
    return Call("GET", _path(article_id) + "/cluster", _model(ClusterPage), repeatable=True, params=params)


def event(article_id: str, offset: int, limit: int) -> Call[EventPage]:
    params = {"offset": str(offset), "limit": str(limit)}
    return Call("GET", _path(article_id) + "/event", _model(EventPage), repeatable=True, params=params)


def ready() -> Call[Readiness]:
    return Call("GET", "/readyz", _readiness, repeatable=False)


def session() -> Call[Session]:
    return Call("GET", "/v1/session", _model(Session), repeatable=True)


@dataclass
class BulkBatches:
    """Divides articles into bulk requests; results are numbered as if there were a single request."""

    report: bool
    unless_duplicate: bool
    max_articles: int = BATCH
    """Articles per request, 1 to BATCH; otherwise ValueError is raised."""
    sent: int = 0
    _lines: list[bytes] = field(default_factory=list)
    _size: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.max_articles <= BATCH:
            raise ValueError(f"a batch has 1 to {BATCH} articles")

    def feed(self, article: ArticleLike) -> Call[Iterator[BulkResult]] | None:
        """Add an article; return the request that is now full, or None."""
        line = _json(_dump(as_article(article))) + b"\n"
        full = self.end() if self._lines and self._size + len(line) > BATCH_BYTES else None
        self._lines.append(line)
        self._size += len(line)
        return full or (self.end() if len(self._lines) >= self.max_articles else None)

    def end(self) -> Call[Iterator[BulkResult]] | None:
        """Return the request with the articles added since the last one, or None if there are none."""
        if not self._lines:
            return None
        first, number = self.sent, len(self._lines)
        content, self._lines, self._size = b"".join(self._lines), [], 0
        self.sent += number
        return Call(
            "POST",
            "/v1/articles/bulk",
            lambda answer: _results(answer, first, number),
            repeatable=False,
            params=_storing(report=self.report, unless_duplicate=self.unless_duplicate),
            content=content,
            media_type=NDJSON,
        )


def refusal(answer: Answer) -> ProblemError | None:
    """Return the error in a response; None if it is a success. Raises UnexpectedAnswerError for a redirection."""
    if answer.is_success:
        return None
    if 300 <= answer.status < 400:
        place = answer.headers.get("location", "nowhere")[:LONGEST_QUOTE]
        raise UnexpectedAnswerError(
            f"{answer.url} redirects to {place}, where nothing is sent; give the client the service's own address."
        )
    try:
        # A proxy may put another status into the body than it answers with.
        problem = Problem.model_validate_json(answer.content).model_copy(update={"status": answer.status})
    except ValidationError:  # not from the service but, for example, from a proxy
        problem = Problem(status=answer.status, title=answer.reason)
    return ProblemError.of(problem, read_retry_after(answer.headers.get("retry-after")))


def _model(model: type[M]) -> Callable[[Answer], M]:
    def read(answer: Answer) -> M:
        try:
            return model.model_validate_json(answer.content)
        except ValidationError as error:
            raise UnexpectedAnswerError(
                f"{answer.url} did not answer with a {model.__name__}: {_reason(error)}"
            ) from error

    return read


def _readiness(answer: Answer) -> Readiness:
    readiness = _model(Readiness)(answer)
    if readiness.incomplete:
        log.warning("The index behind %s is incomplete: an import runs, or was cut. Articles are missing.", answer.url)
    return readiness


def _nothing(answer: Answer) -> None:
    """Read the response to a deletion, which has no content. Raises UnexpectedAnswerError for a page of a proxy."""
    if answer.is_success and answer.content:
        raise UnexpectedAnswerError(f"{answer.url} answered with content, where the service sends none.")


def _results(answer: Answer, first: int, number: int) -> Iterator[BulkResult]:
    """Yield the results there are. Raises ProblemError if the service stopped early, and UnexpectedAnswerError."""
    *lines, last = answer.content.splitlines() or [b""]
    for place, line in enumerate(lines[:number]):
        result = _line(BulkResult, line, answer)
        if result.index != place:
            raise UnexpectedAnswerError(f"{answer.url} answered article {place} as number {result.index}.")
        yield result.model_copy(update={"index": first + place})
    ended = _line(_BulkEnd, last, answer)
    if ended.problem is not None:
        raise ProblemError.of(ended.problem)
    if len(lines) != number:
        raise UnexpectedAnswerError(f"{answer.url} answered with {len(lines)} lines to {number} articles.")


def _line(model: type[M], line: bytes, answer: Answer) -> M:
    try:
        return model.model_validate_json(line)
    except ValidationError as error:
        raise UnexpectedAnswerError(f"{answer.url} did not answer with results: {_reason(error)}") from error


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"][:4]))
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{place and place + ': '}{first['msg']}{more}"[:LONGEST_QUOTE]


def _dump(model: BaseModel) -> dict[str, object]:
    return model.model_dump(mode="json", exclude_none=True)


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _path(article_id: str) -> str:
    if not article_id:
        raise ValueError("an id has at least one character")
    # A segment of dots alone would be taken out of the path before it is sent.
    name = quote(article_id, safe="") if article_id.strip(".") else article_id.replace(".", "%2E")
    return "/v1/articles/" + name


def _storing(*, report: bool, unless_duplicate: bool) -> dict[str, str]:
    params = {} if report else {"report": "false"}
    return params | ({"store": "unless_duplicate"} if unless_duplicate else {})
