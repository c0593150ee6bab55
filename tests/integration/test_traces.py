"""Traces as a collector receives them."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from pydantic import TypeAdapter
from pydantic.networks import HttpUrl

from support.api_calls import add, check
from wirematch.app import create_app
from wirematch.detection.telemetry import Step
from wirematch.errors import InvalidSettingError

PAGE = (Path(__file__).parents[2] / "docs/observability.md").read_text(encoding="utf-8")
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


class Collector(BaseHTTPRequestHandler):
    """A collector of OTLP over HTTP."""

    received: list[Span]

    def do_POST(self) -> None:
        sent = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["content-length"])))
        for resource in sent.resource_spans:
            names = {one.key: one.value.string_value for one in resource.resource.attributes}
            assert names["service.name"] == "wirematch"
            self.received.extend(span for scope in resource.scope_spans for span in scope.spans)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@pytest.fixture
def collected() -> Iterator[tuple[str, list[Span]]]:
    """The collector's URL, and the spans it received."""
    received: list[Span] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Its", (Collector,), {"received": received}))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1/traces", received
    server.shutdown()
    server.server_close()


def attributes(span: Span) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes}


def test_a_request_its_steps_and_its_scripts_are_one_trace(settings, collected, bridge):
    url, spans = collected
    traced = settings.model_copy(update={"traces_url": TypeAdapter(HttpUrl).validate_python(url)})
    with TestClient(create_app(traced)) as client:
        add(client, bridge["wire"] | {"id": "a/b"})
        client.headers["traceparent"] = f"00-{TRACE}-{PARENT}-01"
        check(client, bridge["rewrite"])
        client.get("/readyz")
        client.get("/nowhere")

    of_check = [span for span in spans if span.trace_id.hex() == TRACE]
    [request] = [span for span in of_check if span.name == "POST /v1/check"]
    told = attributes(request)
    assert request.parent_span_id.hex() == PARENT
    assert (told["http.response.status_code"], told["http.route"]) == (200, "/v1/check")
    assert len(told["wirematch.request_id"]) > 8
    # A server that does not know a script yet makes for a retry.
    assert [event.name for event in request.events if event.name != "redis retry"] == ["decided"]
    inside = [span for span in of_check if span.parent_span_id == request.span_id]
    assert {"sign", "look_up", "decide", "redis read"} <= {span.name for span in inside}
    for span in inside:
        assert request.start_time_unix_nano <= span.start_time_unix_nano + 5_000_000  # the two clocks may differ
        assert span.end_time_unix_nano <= request.end_time_unix_nano
    assert {span.name for span in spans if span.kind == Span.SPAN_KIND_SERVER} == {
        "POST /v1/articles", "POST /v1/check", "GET (none)",
    }  # fmt: skip
    assert not any("a/b" in str(span) or "Norwind" in str(span) or "Barge" in str(span) for span in spans)


def test_the_page_has_every_span():
    names = {
        name
        for row in re.findall(r"^\| (\*\*.*?) \|", PAGE.partition("## Traces")[2].partition("\n## ")[0], re.MULTILINE)
        for name in re.findall(r"\*\*(.+?)\*\*", row)
    }

    assert names == {"METHOD route", *Step, "redis read", "redis write", "translate"}


def test_without_the_extra_the_setting_says_what_to_install(settings, monkeypatch):
    monkeypatch.setitem(sys.modules, "wirematch.observability.traces", None)
    traced = settings.model_copy(update={"traces_url": "http://127.0.0.1:4318/v1/traces"})
    with pytest.raises(InvalidSettingError, match=r"pip install 'wirematch\[otel\]'"):
        create_app(traced)
