"""State shared by requests, opened by the application's lifespan, and how routes ask for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypedDict

from fastapi import Depends, Request

from wirematch.access.audit import Action, AuditLog
from wirematch.access.gate import Gate
from wirematch.access.key import Caller, Scope
from wirematch.access.rate_limits import RateLimits
from wirematch.api.live_updates import LiveUpdates
from wirematch.api.pdf_maker import PdfMaker
from wirematch.composition.components import IndexComponents
from wirematch.composition.phase import Phase
from wirematch.composition.tenancy import Tenancy
from wirematch.detection.detector import Detector
from wirematch.detection.documents.intake import DocumentIntake
from wirematch.state.catalogue import Catalogue
from wirematch.state.checks import CheckedArticles
from wirematch.state.earlier_versions import EarlierVersions
from wirematch.state.imports import Imports
from wirematch.state.judgements import Judgements
from wirematch.state.pickup_log import PickupLog

if TYPE_CHECKING:
    from wirematch.observability.sampling import Sampler


CLOSING = "wirematch.closing"
"""Key in the ASGI scope: an ``asyncio.Event`` that is set when the service shuts down."""


class Shutdown(Protocol):
    """Whether the process is about to stop."""

    begun: bool
    """True once it was told to stop and is still draining."""


class TenantState(TypedDict):
    """State that each tenant has of its own."""

    detector: Detector
    intake: DocumentIntake
    components: IndexComponents


class State(TenantState):
    """The state yielded by the lifespan; its tenant state is that of requests without a tenant."""

    longest_line: int
    """Maximum length of a line of a bulk stream, in bytes."""
    stream_timeout: float
    """Seconds without a complete line after which a bulk stream is ended."""
    unread_timeout: float
    """Seconds in which nothing is taken of a finished answer after which the connection is ended."""
    tenancy: Tenancy[TenantState]
    """The state of each tenant."""
    gate: Gate
    """Authenticates keys and sessions."""
    pdf_maker: PdfMaker
    """Makes PDF files of pages."""
    sampler: Sampler
    """Measures gauges for the metrics route."""
    live: LiveUpdates
    """Tells open pages that something was stored."""
    check_writes: Callable[[], Awaitable[None]]
    """Raises IndexFullError when Redis refuses writes."""
    draining: Shutdown
    """Whether the process is about to stop."""
    imports: Imports
    """Restores and loads that have not ended."""
    index_phase: Callable[[], Awaitable[Phase]]
    """Returns whether the index is being rebuilt."""
    rate_limits: RateLimits
    audit: AuditLog


def from_state(name: str) -> Any:
    """Make a dependency of routes on a member of ``State``."""

    async def read(request: Request) -> Any:  # a coroutine, because FastAPI runs plain functions in threads
        return getattr(request.state, name)

    return Depends(read)


def from_components(name: str) -> Any:
    """Make a dependency of routes on a member of the ``IndexComponents`` of the request's tenant."""

    async def read(request: Request) -> Any:
        return getattr(request.state.components, name)

    return Depends(read)


UsesDetector = Annotated[Detector, from_state("detector")]
UsesIntake = Annotated[DocumentIntake, from_state("intake")]
UsesPdfMaker = Annotated[PdfMaker, from_state("pdf_maker")]
UsesCatalogue = Annotated[Catalogue, from_components("catalogue")]
UsesEarlierVersions = Annotated[EarlierVersions, from_components("earlier_versions")]
UsesPickupLog = Annotated[PickupLog, from_components("pickup_log")]
UsesJudgements = Annotated[Judgements, from_components("judgements")]
UsesChecked = Annotated[CheckedArticles, from_components("checked")]


async def _may_change(request: Request) -> bool:
    caller: Caller | None = request.state.caller
    return caller is None or caller.may(Scope.STORE)


MayChange = Annotated[bool, Depends(_may_change)]
"""Whether the caller may submit forms that change what everybody sees."""


@dataclass(frozen=True, slots=True)
class RequestAudit:
    """The audit log, bound to one request."""

    log: AuditLog
    caller: Caller | None
    request_id: str

    def record(self, action: Action, article_id: str) -> None:
        """Record what this request did to an article."""
        by = None if self.caller is None else self.caller.name
        self.log.record(action, article_id, by=by, request_id=self.request_id)


async def _audit(request: Request) -> RequestAudit:
    return RequestAudit(request.state.audit, request.state.caller, request.state.request_id)


UsesAudit = Annotated[RequestAudit, Depends(_audit)]
