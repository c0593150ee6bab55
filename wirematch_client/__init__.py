"""The HTTP client of Wirematch, sync and async. It depends on httpx2 and pydantic, but not on the server."""

from wirematch_client.aio import AsyncClient
from wirematch_client.blocking import Client
from wirematch_client.errors import (
    ArticleExistsError,
    ClientError,
    ConnectionFailedError,
    InvalidRequestError,
    NotFoundError,
    ProblemError,
    UnavailableError,
    UnexpectedAnswerError,
)
from wirematch_client.models import (
    Article,
    BulkResult,
    ClusterPage,
    Decision,
    EventPage,
    Filters,
    Kind,
    Match,
    PickupPage,
    Readiness,
    Receipt,
    Report,
    Session,
)
from wirematch_client.retrying import Retry

__version__ = "0.2.0"

__all__ = [
    "Article",
    "ArticleExistsError",
    "AsyncClient",
    "BulkResult",
    "Client",
    "ClientError",
    "ClusterPage",
    "ConnectionFailedError",
    "Decision",
    "EventPage",
    "Filters",
    "InvalidRequestError",
    "Kind",
    "Match",
    "NotFoundError",
    "PickupPage",
    "ProblemError",
    "Readiness",
    "Receipt",
    "Report",
    "Retry",
    "Session",
    "UnavailableError",
    "UnexpectedAnswerError",
]
