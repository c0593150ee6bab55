"""What can go wrong, by what a caller would do about it."""

from __future__ import annotations

from typing import Self

from wirematch_client.models import Problem

TYPE_BASE = "urn:wirematch:problem:"


class ClientError(Exception):
    """Base of all errors of this package."""


class ConnectionFailedError(ClientError):
    """No answer came: the service is away, too slow, or the connection broke. What was asked may have been done."""


class UnexpectedAnswerError(ClientError):
    """What answered is not Wirematch, or not one that this client understands."""


class ProblemError(ClientError):
    """The service said no; ``problem`` is its RFC 9457 document, ``kind`` the end of its type."""

    def __init__(self, problem: Problem, retry_after: float | None = None) -> None:
        self.problem = problem
        self.kind = problem.type.removeprefix(TYPE_BASE)
        self.status = problem.status
        self.retry_after = retry_after
        """Seconds after which the service asks to be tried again, if it does."""
        super().__init__(problem.detail or problem.title or f"status {problem.status}")

    @classmethod
    def of(cls, problem: Problem, retry_after: float | None = None) -> Self:
        """The error that is caught by what a caller does about it."""
        kind: type[ProblemError] = _BY_STATUS.get(problem.status, ProblemError)
        if kind is ArticleExistsError and problem.type not in {"about:blank", f"{TYPE_BASE}article-exists"}:
            kind = InvalidRequestError  # the same request is being worked on
        if kind is ProblemError and 400 <= problem.status < 500:
            kind = InvalidRequestError
        return kind(problem, retry_after)  # type: ignore[return-value]  # always called on the base


class InvalidRequestError(ProblemError):
    """The request cannot be done as it is (4xx); trying again changes nothing."""


class NotFoundError(InvalidRequestError):
    """No article is stored under this id."""


class ArticleExistsError(InvalidRequestError):
    """An article is already stored under this id; ``put`` replaces it."""


class UnavailableError(ProblemError):
    """Overloaded, or its index is away (429, 503); a later try may succeed."""


_BY_STATUS: dict[int, type[ProblemError]] = {
    404: NotFoundError,
    409: ArticleExistsError,
    429: UnavailableError,
    503: UnavailableError,
}
