"""The requests that both clients send, and the parsing of their responses, without I/O."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import quote

import httpx2
from pydantic import BaseModel, ValidationError

from wirematch_client.errors import ProblemError, UnexpectedAnswerError
from wirematch_client.models import (
    ArticleLike,
    BulkResult,
    ClusterPage,
    EventPage,
    Filters,
    Match,
    PickupPage,
    Problem,
    Receipt,
    Report,
    StoredArticle,
    as_article,
)
from wirematch_client.retrying import read_retry_after

R = TypeVar("R")
M = TypeVar("M", bound=BaseModel)

NDJSON = "application/x-ndjson"
BATCH = 64
"""Articles per bulk request. The service responds while it reads, but httpx2 reads only after it has sent everything. A
request must therefore not exceed one batch of the service, 64 lines or 4 MiB, or each could wait for the other."""
BATCH_BYTES = 3 * 1024 * 1024
KEEP_ALIVE_SECONDS = 3.0
"""The service closes idle connections after 5 s; the client closes them earlier, so that no request meets that."""


KEY_VARIABLE = "WIREMATCH_KEY"
"""Environment variable with the key, for services that need one."""


def with_key(headers: dict[str, str] | None) -> dict[str, str]:
    """Return ``headers`` with the key from the environment, unless they have an ``Authorization``."""
    key = os.environ.get(KEY_VARIABLE)
    if not key or any(name.lower() == "authorization" for name in headers or ()):
        return headers or {}
    return {"Authorization": f"Bearer {key}", **(headers or {})}


@dataclass(frozen=True, slots=True)
class Call(Generic[R]):
    """One request, and how to parse its response."""

    method: str
    path: str
    read: Callable[[httpx2.Response], R]
    repeatable: bool
    """Whether processing it twice has the same effect as once."""
    params: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    media_type: str = "application/json"
    key: str | None = None
    """The ``Idempotency-Key``, the same in every attempt."""

    def request(self, client: httpx2.Client | httpx2.AsyncClient, url: str) -> httpx2.Request:
        """Build the request to the service at ``url``."""
        headers = {"Content-Type": self.media_type} if self.content is not None else {}
        if self.key is not None:
            headers["Idempotency-Key"] = f'"{self.key}"'
        return client.build_request(
            self.method, url + self.path, params=self.params or None, content=self.content, headers=headers or None
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
    return Call("DELETE", _path(article_id), lambda _: None, repeatable=True)


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


def ready() -> Call[None]:
    return Call("GET", "/readyz", lambda _: None, repeatable=False)


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

    def feed(self, article: ArticleLike) -> Call[list[BulkResult]] | None:
        """Add an article; return the request that is now full, or None."""
        line = _json(_dump(as_article(article))) + b"\n"
        full = self.end() if self._lines and self._size + len(line) > BATCH_BYTES else None
        self._lines.append(line)
        self._size += len(line)
        return full or (self.end() if len(self._lines) >= self.max_articles else None)

    def end(self) -> Call[list[BulkResult]] | None:
        """Return the request with the articles added since the last one, or None if there are none."""
        if not self._lines:
            return None
        first, number = self.sent, len(self._lines)
        content, self._lines, self._size = b"".join(self._lines), [], 0
        self.sent += number
        return Call(
            "POST",
            "/v1/articles/bulk",
            lambda response: list(_results(response, first, number)),
            repeatable=False,
            params=_storing(report=self.report, unless_duplicate=self.unless_duplicate),
            content=content,
            media_type=NDJSON,
        )


def refusal(response: httpx2.Response) -> ProblemError | None:
    """Return the error in a response; None if it is a success."""
    if response.is_success:
        return None
    try:
        problem = Problem.model_validate_json(response.content)
    except ValidationError:  # not from the service but, for example, from a proxy
        problem = Problem(status=response.status_code, title=response.reason_phrase)
    return ProblemError.of(problem, read_retry_after(response.headers.get("retry-after")))


def _model(model: type[M]) -> Callable[[httpx2.Response], M]:
    def read(response: httpx2.Response) -> M:
        try:
            return model.model_validate_json(response.content)
        except ValidationError as error:
            raise UnexpectedAnswerError(
                f"{response.request.url} did not answer with a {model.__name__}: {error}"
            ) from error

    return read


def _results(response: httpx2.Response, first: int, number: int) -> Iterator[BulkResult]:
    lines = response.content.splitlines()
    try:
        for line in lines[:number]:
            result = BulkResult.model_validate_json(line)
            yield result.model_copy(update={"index": first + result.index})
    except ValidationError as error:
        raise UnexpectedAnswerError(f"{response.request.url} did not answer with results: {error}") from error
    if len(lines) != number + 1:
        raise UnexpectedAnswerError(f"{response.request.url} answered with {len(lines)} lines to {number} articles.")


def _dump(model: BaseModel) -> dict[str, object]:
    return model.model_dump(mode="json", exclude_none=True)


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _path(article_id: str) -> str:
    # A segment of dots alone would be taken out of the path before it is sent.
    name = quote(article_id, safe="") if article_id.strip(".") else article_id.replace(".", "%2E")
    return "/v1/articles/" + name


def _storing(*, report: bool, unless_duplicate: bool) -> dict[str, str]:
    params = {} if report else {"report": "false"}
    return params | ({"store": "unless_duplicate"} if unless_duplicate else {})
