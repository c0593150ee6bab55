"""The HTTP service. This module only composes the components; it holds no logic of its own."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from wirematch import __version__
from wirematch.access.audit import AuditLog
from wirematch.access.gate import Gate
from wirematch.access.keyring import Keyring
from wirematch.access.rate_limits import RateLimits
from wirematch.access.route_path import route_path
from wirematch.access.sessions import Sessions
from wirematch.api import openapi, pages, problems
from wirematch.api.bulk import route as bulk
from wirematch.api.content_encoding import ContentEncoding
from wirematch.api.head import HeadAsGet
from wirematch.api.live_updates import LiveUpdates
from wirematch.api.pdf_maker import PdfMaker
from wirematch.api.request_state import State, TenantState
from wirematch.api.routes import articles, checks, docs, documents, health, metrics, session
from wirematch.api.routes.plain_checks import PlainCheckRoute
from wirematch.composition.background import in_background
from wirematch.composition.collector import collect_seldom
from wirematch.composition.components import IndexComponents, make_courier, open_components
from wirematch.composition.from_settings import make_parse_options, namespace_of
from wirematch.composition.phase import read_phase
from wirematch.composition.rebuilding import run_clearing
from wirematch.composition.tenancy import Tenancy, check_tenants
from wirematch.composition.upkeep import run_examinations
from wirematch.concurrency import end
from wirematch.detection.documents.intake import DocumentIntake
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.detection.telemetry import Telemetry
from wirematch.detection.translations.catching_up import run_catch_up
from wirematch.errors import InvalidSettingError
from wirematch.formats.parse_options import ParseOptions
from wirematch.index.connections.observer import StoreObserver
from wirematch.index.connections.probe import check_writes
from wirematch.index.connections.turns import in_turn
from wirematch.index.retention import run_sweeps
from wirematch.kernels import active_path, why_python
from wirematch.observability.metrics import BUILD
from wirematch.observability.recording import MetricsOfStore, MetricsTelemetry, record_faults, record_given_up
from wirematch.observability.route_names import RouteNames
from wirematch.observability.sampling import Sampler
from wirematch.server.middleware.access_control import AccessControl
from wirematch.server.middleware.answer_headers import AnswerHeaders
from wirematch.server.middleware.bodies import Bodies, BodyLimits
from wirematch.server.middleware.deadlines import Deadlines
from wirematch.server.middleware.keyless_access import KeylessAccess
from wirematch.server.middleware.overload import Overload
from wirematch.server.middleware.request_log import RequestLog
from wirematch.server.processes.lifecycle import Draining, end_with_parent, notify, store_in_use
from wirematch.server.processes.start_failure import reasoned
from wirematch.server.protocol.batches import LateRefusals, ReadBatches
from wirematch.server.protocol.connections import Connections, affordable
from wirematch.server.protocol.refusals import RefusalThrottle
from wirematch.settings import Settings
from wirematch.state.imports import Imports

if TYPE_CHECKING:
    from wirematch.observability.traces import Traces

log = logging.getLogger("uvicorn.error")
"""The logger for start-up messages."""
DEFAULT_REDIS_URL = "redis://127.0.0.1:6379/0"
STREAMS = frozenset({bulk.PATH})
"""Paths that accept request bodies of unlimited length."""
SWITCH_SECONDS = 0.0002
"""How long a computing thread may hold the GIL (Python's default is 5 ms). The event loop releases it at every system
call; at 5 ms, it would answer at most 200 requests a second, refusals included, while a text is compared."""


class ServiceState(State):
    """The state that the lifespan yields: that of routes, and that of the HTTP protocol and middleware."""

    read_batches: ReadBatches
    connections: Connections
    refusals: RefusalThrottle
    late_refusals: LateRefusals


class Service(FastAPI):
    """A FastAPI application whose own middleware also wraps FastAPI's outermost error handler (the 500 response)."""

    request_seconds = 30.0
    """Timeout in seconds of a request that stores nothing."""
    traces: Traces | None = None

    def build_middleware_stack(self) -> ASGIApp:
        """Wrap FastAPI's stack in what must run before it, at little cost, or must see its 500 responses.

        All middleware sees HTTP requests only: nothing else, such as the lifespan, is for it.
        """
        timed = Deadlines(super().build_middleware_stack(), self.request_seconds, STREAMS | {pages.desk.EVENTS})
        logged: ASGIApp = RequestLog(Overload(timed, STREAMS), _route_names())
        if self.traces is not None:
            logged = self.traces.around(logged, _route_names())
        answered = AnswerHeaders(logged)

        async def stack(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                await answered(scope, receive, send)
            else:
                await self.router(scope, receive, reasoned(send))

        return stack

    def openapi(self) -> dict[str, Any]:
        """Return FastAPI's OpenAPI document, completed."""
        if self.openapi_schema is None:
            openapi.complete(super().openapi())
        return super().openapi()


def create_app(settings: Settings | None = None) -> FastAPI:
    """Create the application for the Redis server named in ``settings`` (by default, read from the environment)."""
    chosen = settings or Settings()
    traces = None if chosen.traces_url is None else _open_traces(str(chosen.traces_url))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[ServiceState]:
        async with AsyncExitStack() as stack:
            yield await _start(chosen, traces, stack)

    app = Service(
        title="Wirematch",
        version=__version__,
        summary="Which stored wire stories does this article rewrite, and where?",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.request_seconds = chosen.request_timeout
    app.traces = traces
    docs.install(app)
    problems.install(app)
    limits = BodyLimits(chosen.max_request_bytes, chosen.body_timeout, chosen.held_body_bytes, chosen.max_streams)
    app.add_middleware(Bodies, limits=limits, streams=STREAMS)
    app.add_middleware(ContentEncoding, max_bytes=chosen.max_request_bytes, streams=STREAMS)
    app.add_middleware(HeadAsGet)
    app.add_middleware(AccessControl, keyless=KeylessAccess(chosen.allowed_hosts, chosen.insecure_open))
    pages.install(app)
    app.router.routes.extend(_routes())
    app.router.routes.insert(0, PlainCheckRoute())
    return app


def _open_traces(url: str) -> Traces:
    """Raises InvalidSettingError if the extra is not installed. Its libraries are slow to import."""
    try:
        from wirematch.observability.traces import Traces  # noqa: PLC0415 - see above
    except ImportError as error:
        raise InvalidSettingError(
            "WIREMATCH_TRACES_URL: traces need the extra otel: pip install 'wirematch[otel]'."
        ) from error
    return Traces(url)


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Return the routes of all routers; every application in the process shares them.

    FastAPI resolves the routers again for each application that includes them, which takes longer than the rest of
    starting one.
    """
    shared = FastAPI(openapi_url=None)
    for router in _routers():
        shared.include_router(router)
    return tuple(shared.router.routes)


def _routers() -> tuple[APIRouter, ...]:
    # Documents first: their routes have the same paths as those of articles, and do not match JSON.
    interface = (documents, bulk, articles, checks, session, health, metrics)
    return (*(part.router for part in interface), *pages.ROUTERS)


@cache
def _route_names() -> RouteNames:
    routes = (route for router in _routers() for route in router.routes)
    return RouteNames((route for route in routes if isinstance(route, Route)), route_path)


async def _start(settings: Settings, traces: Traces | None, stack: AsyncExitStack) -> ServiceState:
    """Start everything that ends with ``stack``; return what requests use."""
    end_with_parent()
    executor = BoundedExecutor(settings.cpu_threads, settings.max_waiting, settings.max_wait)
    stack.callback(executor.close)
    stack.enter_context(store_in_use(settings))
    url = settings.redis_url or DEFAULT_REDIS_URL
    components = await stack.enter_async_context(open_components(url, settings, *_observers(traces, stack)))
    await check_tenants(components.store, components.namespace, settings)
    imports = Imports(components.store, components.namespace)
    for unfinished in await imports.unfinished():
        log.warning("an import has not ended: %s %s", unfinished, unfinished.advice)
    gate = await _open_gate(components, settings)
    stack.push_async_callback(gate.close)
    rate_limits = RateLimits(url, settings.redis_timeout, namespace_of(settings).rate_limits)
    stack.push_async_callback(rate_limits.close)
    state_of = partial(_state_of, executor, make_parse_options(settings))
    tenancy = Tenancy(components, settings, state_of, record_given_up)
    stack.push_async_callback(tenancy.close)
    sampler = Sampler(components.detector.caches.by_name, executor.lanes)
    stack.push_async_callback(end, _begin_background(components, tenancy, sampler, settings))
    await components.detector.warm_up()
    _prepare_process()
    draining = Draining(settings.drain_seconds)
    stack.enter_context(draining.before_the_end())
    notify("READY=1")
    return {
        **state_of(components),
        "tenancy": tenancy,
        "longest_line": settings.max_request_bytes,
        "stream_timeout": settings.stream_timeout,
        "unread_timeout": settings.unread_timeout,
        "gate": gate,
        "rate_limits": rate_limits,
        "audit": AuditLog(settings.audit_log),
        "sampler": sampler,
        "pdf_maker": PdfMaker(),
        "live": LiveUpdates(settings.max_event_streams),
        "check_writes": partial(check_writes, components.store, namespace_of(settings)),
        "draining": draining,
        "imports": imports,
        "index_phase": partial(read_phase, components.store, namespace_of(settings)),
        "read_batches": ReadBatches(),
        "connections": Connections(affordable(settings.max_connections), settings.max_connections_per_client),
        "refusals": RefusalThrottle(),
        "late_refusals": LateRefusals(),
    }


async def _open_gate(components: IndexComponents, settings: Settings) -> Gate:
    """Return the gate, which knows whether there are keys."""
    store, namespace = components.store, namespace_of(settings)
    gate = Gate(Keyring(store, namespace), Sessions(store, namespace, settings.session_window))
    await gate.has_keys()
    return gate


def _prepare_process() -> None:
    """Say which kernels this process runs, and let computing threads and the garbage collector interrupt it less."""
    BUILD.labels(__version__, active_path()).set(1)
    reason = why_python()
    log.info("Kernels: %s%s", active_path(), f" ({reason})" if reason else "")
    collect_seldom()
    sys.setswitchinterval(SWITCH_SECONDS)


def _observers(traces: Traces | None, stack: AsyncExitStack) -> tuple[Telemetry, StoreObserver]:
    """Return the observers of detection steps and of Redis: metrics, and traces where they are on."""
    counted: tuple[Telemetry, StoreObserver] = MetricsTelemetry(), MetricsOfStore()
    if traces is None:
        return counted
    stack.push_async_callback(asyncio.to_thread, traces.close)
    return traces.beside(*counted)


def _begin_background(
    components: IndexComponents, tenancy: Tenancy[TenantState], sampler: Sampler, settings: Settings
) -> list[asyncio.Task[None]]:
    """Start background work; the caller ends the tasks."""
    works: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
        "sampling": sampler.run,
        "sweeping": partial(run_sweeps, tenancy.sweep),
        "delivering for tenants": tenancy.run_deliveries,
        "clearing": partial(run_clearing, components, settings),
        "examining": partial(run_examinations, components, settings, record_faults),
    }
    if components.translating:
        works["translating"] = partial(run_catch_up, tenancy.catch_up)
    if courier := make_courier(components, settings, record_given_up):
        works["delivering"] = courier.run
    with in_turn():
        return [in_background(name, work) for name, work in works.items()]


def _state_of(executor: BoundedExecutor, parse_options: ParseOptions, components: IndexComponents) -> TenantState:
    return {
        "detector": components.detector,
        "intake": DocumentIntake(
            components.detector, components.kills, executor, parse_options, components.earlier_versions
        ),
        "components": components,
    }
