"""What requests share, opened by the application's lifespan."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Protocol, TypedDict

from fastapi import Depends, Request

from wirematch.access.audit import AuditLog
from wirematch.access.gate import Gate
from wirematch.access.key import Caller
from wirematch.access.rate_limits import RateLimits
from wirematch.api.live_updates import LiveUpdates
from wirematch.composition.tenancy import Tenancy
from wirematch.detection.detector import Detector
from wirematch.detection.documents import DocumentIntake
from wirematch.index.fingerprint_record import Phase
from wirematch.state.catalogue import Catalogue
from wirematch.state.checks import CheckedArticles
from wirematch.state.earlier_versions import EarlierVersions
from wirematch.state.idempotency import IdempotencyKeys
from wirematch.state.judgements import Judgements
from wirematch.state.pickup_log import PickupLog


class Ending(Protocol):
    """What is known of the end of the process."""

    begun: bool
    """Whether it was told to end, and goes on for a moment."""


class TenantState(TypedDict):
    """What each tenant has of its own."""

    detector: Detector
    intake: DocumentIntake
    requests: IdempotencyKeys
    """Requests that came with an ``Idempotency-Key``, and their answers."""
    checked: CheckedArticles
    catalogue: Catalogue
    judgements: Judgements
    pickup_log: PickupLog
    earlier_versions: EarlierVersions


class State(TenantState):
    """The state that the lifespan yields; what a tenant has is that of whoever is none."""

    longest_line: int
    """Maximum length of a line of a bulk stream, in bytes."""
    stream_timeout: float
    """Seconds without a complete line after which a bulk stream is ended."""
    unread_timeout: float
    """Seconds in which nothing is taken of a finished answer after which the connection is ended."""
    tenancy: Tenancy[TenantState]
    """What each tenant has."""
    gate: Gate
    """Authenticates keys and sessions."""
    pdf_maker: object
    """Read by pages."""
    sampler: object
    """Read by the route of metrics."""
    live: LiveUpdates
    """Tells pages what was stored."""
    check_writes: Callable[[], Awaitable[None]]
    """IndexFullError when Redis refuses writes."""
    draining: Ending
    """Whether the process is about to end."""
    index_phase: Callable[[], Awaitable[Phase]]
    """Whether the index is being rebuilt."""
    bunches: object
    connections: object
    """Both are read by the HTTP protocol, not by routes."""
    refusals: object
    """Read by the same, and by what stands before routes."""
    rate_limits: RateLimits
    audit: AuditLog


class RequestState(State):
    """What a request has besides."""

    request_id: str
    """The ``X-Request-Id`` of its answer."""
    caller: Caller | None
    """The holder of its key; None where there are no keys."""


async def _detector(request: Request) -> Detector:
    detector: Detector = request.state.detector
    return detector


async def _intake(request: Request) -> DocumentIntake:
    intake: DocumentIntake = request.state.intake
    return intake


# The functions are coroutines, because FastAPI runs plain functions in threads.
UsesDetector = Annotated[Detector, Depends(_detector)]
UsesIntake = Annotated[DocumentIntake, Depends(_intake)]
