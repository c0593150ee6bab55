"""OpenTelemetry traces: a span for each request, with one for each step and each Redis script in it.

Needs the extra ``otel``, which no other module imports. Telemetry reports a step when it has ended, so its span is
written then, with its start time; spans of nested steps are therefore siblings within the request's span.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer, get_current_span, use_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wirematch import __version__
from wirematch.detection.telemetry import Step, Telemetry
from wirematch.index.connections.observer import ScriptKind, StoreObserver
from wirematch.models import Decision
from wirematch.observability.route_names import METHODS, QUIET, UNANSWERED, RouteNames

SENDING_SECONDS = 5
"""Seconds to wait for a collector that does not answer."""
NANOSECONDS = 1_000_000_000
FAILED = 500


class Traces:
    """Where spans go; ``close`` flushes those left."""

    def __init__(self, url: str) -> None:
        """``url`` accepts OTLP over HTTP, such as ``http://127.0.0.1:4318/v1/traces``."""
        resource = Resource.create({"service.name": "wirematch", "service.version": __version__})
        self._provider = TracerProvider(resource=resource)
        exporter = OTLPSpanExporter(endpoint=url, timeout=SENDING_SECONDS)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self.tracer = self._provider.get_tracer("wirematch", __version__)

    def around(self, app: ASGIApp, names: RouteNames) -> ASGIApp:
        """Return the application with a span around each request."""
        return RequestTraces(app, self.tracer, names)

    def beside(self, telemetry: Telemetry, observer: StoreObserver) -> tuple[Telemetry, StoreObserver]:
        """Return receivers that write spans and tell ``telemetry`` and ``observer`` as well."""
        return TracesTelemetry(self.tracer, telemetry), TracesOfStore(self.tracer, observer)

    def close(self) -> None:
        """Flush the spans left; blocks until they are sent or the timeout has passed."""
        self._provider.shutdown()


class TracesTelemetry:
    """Traces of detection, beside ``other``."""

    def __init__(self, tracer: Tracer, other: Telemetry) -> None:
        self._tracer = tracer
        self._other = other

    def record(self, step: Step, count: int, seconds: float) -> None:
        """See Telemetry."""
        self._other.record(step, count, seconds)
        _ended(self._tracer, step.value, seconds, {"wirematch.items": count})

    def decided(self, source: str | None, decision: Decision, compared: int) -> None:
        """See Telemetry. Traces do not say who sent what."""
        self._other.decided(source, decision, compared)
        told = {"wirematch.decision": decision.value, "wirematch.compared": compared}
        get_current_span().add_event("decided", told)

    def translated(self, engine: str, outcome: str, seconds: float) -> None:
        """See Telemetry."""
        self._other.translated(engine, outcome, seconds)
        _ended(self._tracer, "translate", seconds, {"wirematch.engine": engine, "wirematch.outcome": outcome})


class TracesOfStore:
    """Traces of ``index.connections.connection``, beside ``other``."""

    def __init__(self, tracer: Tracer, other: StoreObserver) -> None:
        self._tracer = tracer
        self._other = other

    def took(self, kind: ScriptKind, seconds: float) -> None:
        """See StoreObserver."""
        self._other.took(kind, seconds)
        _ended(self._tracer, f"redis {kind}", seconds, {})

    def retried(self, reason: Exception) -> None:
        """See StoreObserver."""
        self._other.retried(reason)
        get_current_span().add_event("redis retry", {"error.type": type(reason).__name__})

    def failed(self, error: BaseException) -> None:
        """See StoreObserver."""
        self._other.failed(error)
        get_current_span().add_event("redis error", {"error.type": type(error).__name__})


class RequestTraces:
    """ASGI middleware: a span around each request, in the trace that its ``traceparent`` names (W3C Trace Context)."""

    def __init__(self, app: ASGIApp, tracer: Tracer, names: RouteNames) -> None:
        self._app = app
        self._names = names
        self._tracer = tracer
        self._propagator = TraceContextTextMapPropagator()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on in a span; frequent requests by machines have none."""
        if scope["path"] in QUIET:
            await self._app(scope, receive, send)
            return
        status = UNANSWERED

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        method = scope["method"] if scope["method"] in METHODS else "_OTHER"
        asked = self._propagator.extract(dict(Headers(scope=scope)))
        span = self._tracer.start_span(method, asked, SpanKind.SERVER)
        try:
            with use_span(span, record_exception=False, set_status_on_exception=False):
                await self._app(scope, receive, send_and_look)
        finally:
            route = self._names.route_of(scope)
            span.update_name(f"{method} {route}")
            span.set_attribute("http.request.method", method)
            span.set_attribute("http.route", route)
            span.set_attribute("http.response.status_code", status)
            if request_id := scope.get("state", {}).get("request_id"):
                span.set_attribute("wirematch.request_id", request_id)
            if status >= FAILED:
                span.set_status(Status(StatusCode.ERROR))
            span.end()


def _ended(tracer: Tracer, name: str, seconds: float, attributes: Mapping[str, int | str]) -> None:
    """Record a span that ends now."""
    now = time.time_ns()
    tracer.start_span(name, start_time=now - round(seconds * NANOSECONDS), attributes=attributes).end(now)
