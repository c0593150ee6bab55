"""Every error answer is an RFC 9457 problem document."""

from __future__ import annotations

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

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "urn:wirematch:problem:"
METHODS = ("GET", "POST", "PUT", "DELETE")
MOST_FIELDS = 20
"""Of many things wrong with a request, the first are told."""


class FieldProblem(BaseModel):
    """One thing wrong with a request."""

    place: str = Field(description="Where, such as 'body.published_at'.")
    message: str


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str = Field(description="Stable name of the kind of problem.")
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": HTTPStatus(status).phrase} for status in (400, 413, 415, 422, 503)
}
NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Problem}}
CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": Problem}}
GONE: dict[int | str, dict[str, Any]] = {410: {"model": Problem}}
PRECONDITION: dict[int | str, dict[str, Any]] = {412: {"model": Problem}}


def problem(status: int, kind: str, title: str, detail: str, errors: list[FieldProblem] | None = None) -> Problem:
    """One problem; ``kind`` is the end of its type."""
    return Problem(type=TYPE_BASE + kind, title=title, status=status, detail=detail, errors=errors)


def answer(content: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """The answer that tells of a problem."""
    return JSONResponse(content.model_dump(exclude_none=True), content.status, headers, media_type=MEDIA_TYPE)


def of_error(error: WirematchError) -> Problem:
    """One of our own errors."""
    faults = error.faults if isinstance(error, InvalidDocumentError) else ()
    errors = [FieldProblem(place=fault.place, message=fault.message) for fault in faults[:MOST_FIELDS]]
    return problem(error.status, error.type, error.title, str(error), errors or None)


def too_large(detail: str) -> Problem:
    """Too many bytes; Python's own name for it changes between versions."""
    return problem(413, "content-too-large", "Content Too Large", detail)


def malformed(detail: str) -> Problem:
    """What was to be JSON is none."""
    return problem(400, "malformed-json", "Malformed JSON", detail)


def invalid(found: Sequence[Mapping[str, Any]]) -> Problem:
    """JSON of another shape; ``found`` is what pydantic says is wrong, at least one thing."""
    errors = [FieldProblem(place=".".join(map(str, e["loc"])), message=e["msg"]) for e in found[:MOST_FIELDS]]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    place = f"{errors[0].place}: " if errors[0].place else ""
    return problem(422, "invalid-request", "The request is not valid", f"{place}{errors[0].message}{more}.", errors)


def install(app: FastAPI) -> None:
    """Answer all errors of ``app`` with problem documents."""
    app.add_exception_handler(WirematchError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)
    _describe(app)


def _describe(app: FastAPI) -> None:
    """Have the description say that errors are problem documents: FastAPI knows one media type for all answers."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            for path in described()["paths"].values():
                for operation in path.values():
                    for status, told in operation.get("responses", {}).items():
                        if status.isdigit() and int(status) >= HTTPStatus.BAD_REQUEST:
                            told["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        return described()

    app.openapi = openapi  # type: ignore[method-assign] # as FastAPI's documentation has it


async def of_request(request: Request, error: RequestValidationError | HTTPException) -> Response:
    """The answer to a request that cannot be read, as the application would give it."""
    return await (_http(request, error) if isinstance(error, HTTPException) else _invalid(request, error))


async def _ours(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, WirematchError)
    headers = None if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    return answer(of_error(error), headers)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(item["type"] == "json_invalid" for item in found):
        reason = found[0].get("ctx", {}).get("error", found[0]["msg"])
        return answer(malformed(f"The request body is not valid JSON: {reason}."))
    if found and found[0]["loc"] == ("body",) and "json" not in request.headers.get("content-type", ""):
        detail = (
            "Send the article as JSON, with 'Content-Type: application/json', or a news document under its own media "
            "type (docs/formats.md)."
        )
        return answer(problem(415, "unsupported-media-type", "Unsupported media type", detail))
    return answer(invalid(found))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return answer(too_large(str(error.detail)))
    title = HTTPStatus(error.status_code).phrase
    headers = dict(error.headers) if error.headers else None
    if error.status_code == HTTPStatus.NOT_MODIFIED:
        return Response(status_code=304, headers=headers)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {**(headers or {}), "Allow": ", ".join(_allowed(request))}
    if isinstance(error.__cause__, UnicodeDecodeError):
        cause = error.__cause__
        return answer(malformed(f"The request body is not UTF-8: {cause.reason} at byte {cause.start}."))
    return answer(problem(error.status_code, title.lower().replace(" ", "-"), title, str(error.detail)), headers)


def _allowed(request: Request) -> list[str]:
    """Methods of all routes that a path leads to; several have one path."""
    found: set[str] = set()
    for route in request.app.routes:
        for method in METHODS:
            scope = {**request.scope, "method": method, "root_path": request.scope.get("root_path", "")}
            if route.matches(scope)[0] is Match.FULL:
                found.add(method)
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


async def _unexpected(_: Request, __: Exception) -> JSONResponse:
    # What went wrong is in the log, with its trace; it is not for the caller.
    return answer(unexpected())


def unexpected() -> Problem:
    """What a caller is told of a defect of ours."""
    return problem(500, WirematchError.type, WirematchError.title, "The error was logged. Nothing was half stored.")
