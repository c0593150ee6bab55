"""The client's errors: a class for each way of handling them."""

from __future__ import annotations

from typing import Self

from wirematch_client.models import Problem

LONGEST_MESSAGE = 2_000
TYPE_BASE = "urn:wirematch:problem:"


class ClientError(Exception):
    """Base class of all errors of this package."""


class ConnectionFailedError(ClientError):
    """There was no response: no connection, a timeout or a broken connection. The request may have been processed."""


class UnexpectedAnswerError(ClientError):
    """The response is not Wirematch's, or is from a version that this client does not understand."""


class ProblemError(ClientError):
    """The service responded with an error.

    ``problem`` is its RFC 9457 document, ``kind`` the end of the document's type, such as ``article-not-found``, and
    ``status`` the HTTP status.
    """

    def __init__(self, problem: Problem, retry_after: float | None = None) -> None:
        self.problem = problem
        self.kind = problem.type.removeprefix(TYPE_BASE)
        self.status = problem.status
        self.retry_after = retry_after
        """Seconds that the service asks to wait before trying again; None if it does not say."""
        said = problem.detail or problem.title or f"status {problem.status}"
        super().__init__(said if len(said) <= LONGEST_MESSAGE else f"{said[:LONGEST_MESSAGE]}…")

    @classmethod
    def of(cls, problem: Problem, retry_after: float | None = None) -> Self:
        """Return an error of the subclass that fits the problem."""
        kind: type[ProblemError] = _BY_STATUS.get(problem.status, ProblemError)
        if kind is ArticleExistsError and problem.type not in {"about:blank", f"{TYPE_BASE}article-exists"}:
            kind = InvalidRequestError  # another 409: the same request is still being processed
        if kind is ProblemError and 400 <= problem.status < 500:
            kind = InvalidRequestError
        return kind(problem, retry_after)  # type: ignore[return-value]  # always called on the base


class InvalidRequestError(ProblemError):
    """The service refused the request (4xx); sending it again would not help."""


class NotFoundError(InvalidRequestError):
    """No article is stored under this id."""


class ArticleExistsError(InvalidRequestError):
    """An article is already stored under this id; ``put`` replaces it."""


class UnavailableError(ProblemError):
    """The service is overloaded or its index is unavailable (429, 503); a later attempt may succeed."""


_BY_STATUS: dict[int, type[ProblemError]] = {
    404: NotFoundError,
    409: ArticleExistsError,
    429: UnavailableError,
    503: UnavailableError,
}
