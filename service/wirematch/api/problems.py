"""Error responses: RFC 9457 problem documents for every kind of error."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match

from wirematch.errors import InvalidDocumentError, WirematchError
from wirematch.errors.validation import message_of
from wirematch.observability.metrics import REFUSALS

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "urn:wirematch:problem:"
METHODS = ("GET", "POST", "PUT", "DELETE")
WAYS_OUT = {
    "Not Found": "There is nothing at this address; /docs lists the addresses.",
    "Method Not Allowed": "The 'Allow' header lists the methods of this address; /docs describes them.",
}
"""Details for errors of which the framework gives the title only."""
_NOT_READ: dict[type, str] = {
    RecursionError: "arrays or objects are nested too deeply in it",
    ValueError: "a number in it has too many digits",
}
"""Why Python refuses well-formed JSON, by the exception it raises."""
MOST_FIELDS = 20
"""Maximum number of errors listed."""
LONGEST_NAME, MOST_PARTS, LONGEST_MESSAGE = 80, 8, 400
"""Limits of what an error echoes, in characters and parts, so that the response is not as long as the request."""


class FieldProblem(BaseModel):
    """One error in a request."""

    place: str = Field(description="Where it is, such as 'body.published_at'.")
    message: str


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str = Field(description="Stable identifier of the kind of problem.")
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None


class RefusedBodyError(HTTPException):
    """A request body was not read to its end. FastAPI passes on no other exception raised while reading a body."""

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.status, problem.detail, headers)
        self.problem = problem


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": HTTPStatus(status).phrase}
    for status in (400, 408, 413, 415, 422, 500, 503, 504)
}
NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Problem}}
CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": Problem}}
GONE: dict[int | str, dict[str, Any]] = {410: {"model": Problem}}
PRECONDITION: dict[int | str, dict[str, Any]] = {412: {"model": Problem}}


def problem(status: int, kind: str, title: str, detail: str, errors: list[FieldProblem] | None = None) -> Problem:
    """Return a problem of type ``urn:wirematch:problem:`` + ``kind``."""
    return Problem(type=TYPE_BASE + kind, title=title, status=status, detail=detail, errors=errors)


def answer(content: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """Return the HTTP response for a problem, and count it."""
    REFUSALS.labels(content.type.removeprefix(TYPE_BASE)).inc()
    return JSONResponse(content.model_dump(exclude_none=True), content.status, headers, media_type=MEDIA_TYPE)


def of_error(error: WirematchError) -> Problem:
    """Return the problem for one of our own errors. The internal cause of a 5xx is logged, but not shown."""
    if error.__cause__ is not None and error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        cause = error.__cause__
        said = str(cause) or "no message"  # as of a TimeoutError
        log.warning("a request failed: %s: %s: %s", error.title, type(cause).__name__, said)
    faults = error.faults if isinstance(error, InvalidDocumentError) else ()
    errors = [FieldProblem(place=fault.place, message=fault.message) for fault in faults[:MOST_FIELDS]]
    return problem(error.status, error.type, error.title, str(error), errors or None)


def headers_of(error: WirematchError) -> dict[str, str]:
    """Return the headers of the response for one of our own errors: when to try again, if that may help."""
    return {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}


def answer_error(error: WirematchError) -> JSONResponse:
    """Return the HTTP response for one of our own errors, and count it."""
    return answer(of_error(error), headers_of(error))


def too_large(detail: str) -> Problem:
    """Return 413. The title is a literal because that of ``http.HTTPStatus`` depends on the Python version."""
    return problem(413, "content-too-large", "Content Too Large", detail)


def malformed(detail: str) -> Problem:
    """Return 400 for a body that is not JSON."""
    return problem(400, "malformed-json", "Malformed JSON", detail)


def invalid(found: Sequence[Mapping[str, Any]], model: type[BaseModel] | None = None) -> Problem:
    """Return 422 for what does not fit ``model``, if it is known; ``found`` are pydantic's errors, at least one."""
    errors = [
        FieldProblem(
            place=".".join(_shortened(str(part), LONGEST_NAME) for part in e["loc"][:MOST_PARTS]),
            message=_shortened(message_of(e, model), LONGEST_MESSAGE),
        )
        for e in found[:MOST_FIELDS]
    ]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    mistyped = (number for number, e in enumerate(found[:MOST_FIELDS]) if e["type"] == "extra_forbidden")
    first = errors[next(mistyped, 0)]  # a mistyped name is often why another is missing
    place = f"{first.place}: " if first.place else ""
    end = "" if not more and first.message.endswith(("?", ".")) else "."
    detail = f"{place}{first.message}{more}{end}"
    return problem(422, "invalid-request", "The request is not valid", detail, errors)


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def install(app: FastAPI) -> None:
    """Make ``app`` answer all errors with problem documents."""
    app.add_exception_handler(WirematchError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def of_request(request: Request, error: RequestValidationError | HTTPException) -> Response:
    """Return the response that the handlers of ``install`` give to an invalid request."""
    return await (_http(request, error) if isinstance(error, HTTPException) else _invalid(request, error))


async def _ours(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, WirematchError)
    return answer_error(error)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(item["type"] == "json_invalid" for item in found):
        reason, place = found[0].get("ctx", {}).get("error", found[0]["msg"]), found[0]["loc"][-1]
        return answer(malformed(f"The request body is not valid JSON: {reason} at character {place}."))
    if found and found[0]["loc"] == ("body",) and "json" not in request.headers.get("content-type", ""):
        detail = (
            "Send the article as JSON, with 'Content-Type: application/json', or a news document under its own media "
            "type (docs/formats.md)."
        )
        return answer(problem(415, "unsupported-media-type", "Unsupported media type", detail))
    return answer(invalid(found, _model_of_body(request)))


def _model_of_body(request: Request) -> type[BaseModel] | None:
    """Return what the body is validated as on the request's route."""
    field = getattr(request.scope.get("route"), "body_field", None)
    model = None if field is None else field.field_info.annotation
    return model if isinstance(model, type) and issubclass(model, BaseModel) else None


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error, RefusedBodyError):
        return answer(error.problem, dict(error.headers or {}))
    title = HTTPStatus(error.status_code).phrase
    headers = dict(error.headers) if error.headers else None
    if error.status_code == HTTPStatus.NOT_MODIFIED:
        return Response(status_code=304, headers=headers)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {**(headers or {}), "Allow": ", ".join(_allowed(request))}
    if isinstance(error.__cause__, UnicodeDecodeError):
        cause = error.__cause__
        return answer(malformed(f"The request body is not UTF-8: {cause.reason} at byte {cause.start}."))
    if error.status_code == HTTPStatus.BAD_REQUEST and type(error.__cause__) in _NOT_READ:
        return answer(malformed(f"The request body cannot be read: {_NOT_READ[type(error.__cause__)]}."))
    detail = WAYS_OUT.get(title, title) if error.detail == title else str(error.detail)
    return answer(problem(error.status_code, title.lower().replace(" ", "-"), title, detail), headers)


def _allowed(request: Request) -> list[str]:
    """Return the methods of all routes that match the path."""
    found: set[str] = set()
    for route in request.app.routes:
        for method in METHODS:
            scope = {**request.scope, "method": method, "root_path": request.scope.get("root_path", "")}
            if route.matches(scope)[0] is Match.FULL:
                found.add(method)
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


async def _unexpected(_: Request, __: Exception) -> JSONResponse:
    # Starlette logs the traceback; the caller does not see it.
    return answer(unexpected())


def unexpected(
    way_out: str = "An article that came along may be stored; PUT it again to be sure.",
) -> Problem:
    """Return 500 for an unexpected exception."""
    return problem(500, WirematchError.type, WirematchError.title, f"The error was logged. {way_out}")
