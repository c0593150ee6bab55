"""Metrics and logs: the documentation lists all of them, and their values are right."""

from __future__ import annotations

import ast
import gzip
import json
import re
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from support.api_calls import add, check
from support.live_service import LiveService
from support.ports import free_port
from support.problem_documents import assert_problem
from wirematch.access.key import KeyRecord, Scope
from wirematch.app import create_app
from wirematch.models import Decision
from wirematch.observability import metrics
from wirematch.observability.recording import MetricsTelemetry

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/observability.md").read_text(encoding="utf-8")
LOG_LEVELS = {"debug": "debug", "info": "info", "warning": "warning", "error": "error", "exception": "error"}
Sample = tuple[str, tuple[tuple[str, str], ...]]


def samples(text: str) -> dict[Sample, float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(found: dict[Sample, float], name: str, **labels: str) -> float:
    """Return the sum of all series with these labels."""
    return sum(number for (its, has), number in found.items() if its == name and labels.items() <= dict(has).items())


def read(client: TestClient) -> dict[Sample, float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return samples(answer.text)


def test_the_page_has_every_metric_with_its_labels():
    told = {
        name: set(re.findall(r"`(\w+)`", labels))
        for name, labels in re.findall(r"^\| `(wirematch_\w+)` \|([^|]*)\|", PAGE, re.MULTILINE)
    }
    registered = {
        name: set(collector._labelnames)  # noqa: SLF001 - of a public library, which has no other way
        for collector, names in metrics.REGISTRY._collector_to_names.items()  # noqa: SLF001
        for name in names
        if not name.endswith(("_created", "_bucket", "_sum", "_count"))
    }
    served = {name for name in registered if f"{name}_total" not in registered}

    assert told == {name: registered[name] for name in served}


def test_the_page_has_every_log_event_with_its_level():
    told = {
        event: {level.strip() for level in levels.split(",")}
        for event, levels in re.findall(r"^\| `([^`]+)` \| ([a-z, ]+) \| ", PAGE, re.MULTILINE)
    }
    logged: dict[str, set[str]] = {"request": {"info", "debug"}}
    for file in (ROOT / "service/wirematch").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            function = node.func if isinstance(node, ast.Call) else None
            is_log = isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)
            if is_log and function.value.id == "log" and function.attr in LOG_LEVELS:
                logged.setdefault(node.args[0].value, set()).add(LOG_LEVELS[function.attr])

    assert told == logged


def test_requests_are_counted_by_route_and_decisions_by_source(client, bridge):
    before = read(client)
    add(client, bridge["wire"] | {"id": "a/b"})
    check(client, bridge["rewrite"] | {"source": "The Metric Courier"})
    client.get("/v1/articles/a%2Fb")
    client.get("/v1/articles/nobody")
    client.get("/no/such/page")
    client.get("/articles/nobody")
    after = read(client)

    def more(name: str, **labels: str) -> float:
        return value(after, name, **labels) - value(before, name, **labels)

    assert more("wirematch_requests_total", route="/v1/articles", method="POST", status="201") == 1
    assert more("wirematch_requests_total", route="/v1/check", status="200") == 1
    assert more("wirematch_requests_total", route="/v1/articles/{article_id:path}", status="200") == 1
    assert more("wirematch_requests_total", route="/v1/articles/{article_id:path}", status="404") == 1
    assert more("wirematch_requests_total", route="/articles/{article_id:path}", status="404") == 1
    assert more("wirematch_requests_total", route="(none)", status="404") == 1
    assert more("wirematch_request_seconds_count") == more("wirematch_requests_total")
    assert more("wirematch_refusals_total", type="article-not-found") == 1
    assert more("wirematch_decisions_total", source="The Metric Courier", decision="rewrite") == 1
    assert more("wirematch_decisions_total", source=bridge["wire"]["source"], decision="new") == 1
    assert more("wirematch_pairs_compared_total") >= 1
    for step in ("sign", "store", "look_up", "fetch", "decide", "prepare", "compare", "explain", "cluster"):
        assert more("wirematch_step_seconds_count", step=step) >= 1
        assert more("wirematch_step_items_total", step=step) >= 1
    assert more("wirematch_redis_seconds_count", kind="write") >= 1
    assert more("wirematch_redis_seconds_count", kind="read") >= 1
    assert more("wirematch_redis_errors_total") == 0
    assert value(after, "wirematch_articles") == 1
    assert value(after, "wirematch_memory_bytes") > 20_000_000
    assert value(after, "wirematch_requests_in_work") == 1  # the request for metrics itself
    assert not [has for (_, has) in after if "a/b" in str(has)]


def test_a_request_has_its_route_however_it_is_sent(client, bridge):
    add(client, bridge["wire"] | {"id": "a"})
    packed = gzip.compress(json.dumps(bridge["rewrite"]).encode())
    before = read(client)
    as_json = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert client.post("/v1/check", content=packed, headers=as_json).status_code == 200
    assert client.post("/v1/check", content=b"no gzip", headers=as_json).status_code == 400
    as_lines = as_json | {"Content-Type": "application/x-ndjson"}
    assert client.post("/v1/articles/bulk", content=packed, headers=as_lines).status_code == 200
    assert client.head("/v1/articles/a").status_code == 200
    after = read(client)

    def more(**labels: str) -> float:
        name = "wirematch_requests_total"
        return value(after, name, **labels) - value(before, name, **labels)

    assert more(method="POST", route="/v1/check", status="200") == 1
    assert more(method="POST", route="/v1/check", status="400") == 1
    assert more(method="POST", route="/v1/articles/bulk", status="200") == 1
    assert more(method="HEAD", route="/v1/articles/{article_id:path}", status="200") == 1
    assert more(route="(none)") == 0


def test_a_sender_cannot_make_time_series_without_end():
    telemetry = MetricsTelemetry()
    for number in range(3 * metrics.MOST_SOURCES):
        telemetry.decided(f"flood-{number}", Decision.NEW, 0)
    series = [sample for sample in samples(metrics.exposition().decode()) if "flood-" in str(sample[1])]

    assert 0 < len([one for one in series if one[0].endswith("_total")]) <= metrics.MOST_SOURCES
    assert value(samples(metrics.exposition().decode()), "wirematch_decisions_total", source=metrics.OTHERS) >= 100


@pytest.mark.parametrize(("scope", "status"), [(Scope.CHECK, 403), (Scope.STORE, 403), (Scope.ADMIN, 200)])
def test_with_keys_an_admin_reads_them(settings, store, index_name, scope, status):
    record, token = KeyRecord.make("reader", (scope,), datetime.now(UTC))
    store.hset(f"{{{index_name}:access}}", record.id, record.model_dump_json())
    with TestClient(create_app(settings)) as client:
        assert client.get("/metrics").status_code == 401
        assert client.get("/metrics", headers={"authorization": f"Bearer {token}"}).status_code == status


def test_without_keys_only_the_machine_itself_does(settings):
    opened = settings.model_copy(update={"insecure_open": True})
    with TestClient(create_app(opened), client=("192.0.2.7", 4711)) as stranger:
        assert_problem(stranger.get("/metrics"), 403, "key-needed")
    with TestClient(create_app(opened), client=("127.0.0.1", 4711)) as neighbour:
        assert neighbour.get("/metrics").status_code == 200


@pytest.mark.slow
def test_any_of_several_processes_tells_what_all_did(serve, bridge):
    service = serve("--workers", "2")
    for number in range(20):
        assert service.post("/v1/articles", bridge["wire"] | {"id": f"a{number}"}).status_code == 201
    told = [samples(service.get("/metrics").text) for _ in range(6)]

    assert [value(one, "wirematch_requests_total", route="/v1/articles", status="201") for one in told] == [20.0] * 6
    assert value(told[-1], "wirematch_articles") == 20


def lines_of(service) -> list[dict]:
    return [json.loads(line) for line in service.log.read_text().splitlines()]


@pytest.mark.slow
def test_each_request_has_one_line_with_its_id_and_what_was_decided(serve, bridge):
    service = serve(environment={"WIREMATCH_LOG_FORMAT": "json"})
    service.post("/v1/articles", bridge["wire"])
    checked = service.post("/v1/check", {"body": bridge["rewrite"]["body"]})
    service.get("/v1/articles/nobody")
    service.end(signal.SIGTERM)
    requests = [line for line in lines_of(service) if line["event"] == "request"]

    assert [(line["method"], line["route"], line["status"]) for line in requests] == [
        ("POST", "/v1/articles", 201),
        ("POST", "/v1/check", 200),
        ("GET", "/v1/articles/{article_id:path}", 404),
    ]
    assert requests[1]["request_id"] == checked.headers["x-request-id"]
    assert requests[1]["decisions"] == {"rewrite": 1}
    assert all(line["ms"] > 0 for line in requests)
    assert "Barge" not in service.log.read_text()


@pytest.mark.slow
@pytest.mark.parametrize(("option", "requests", "others"), [("--quiet", 0, False), ("--no-access-log", 0, True)])
def test_there_is_as_much_as_one_asks_for(tmp_path, option, requests, others):
    port = free_port()
    service = LiveService(tmp_path / "data", option, "--port", str(port))
    service.url = f"http://127.0.0.1:{port}"
    try:
        service.wait_until_ready()
        service.get("/desk/latest")
        service.end(signal.SIGTERM)
    finally:
        service.clear_away()
    said = service.log.read_text()

    assert said.count("request ") == requests
    assert ("running on" in said) is others
