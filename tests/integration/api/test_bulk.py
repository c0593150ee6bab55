"""Bulk over real HTTP: any number of lines, in order, in bounded memory, whatever the client does."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2

from support.bulk_stream import BulkStream, as_lines, post_lines, text
from support.live_service import LiveService
from support.waiting import PATIENCE_SECONDS, wait_for

ARTICLES = "/v1/articles"
MEGABYTE = 1024 * 1024


def memory(service: LiveService) -> int:
    """Resident memory of the service in bytes."""
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) * 1024


def stored(service: LiveService, article_id: str) -> bool:
    return service.get(f"{ARTICLES}/{article_id}").status_code == 200


def test_thousands_of_lines_are_answered_in_order(serve):
    service = serve()
    count = 4_000
    articles = [{"id": f"many-{number}", "body": text(number)} for number in range(count)]
    results, summary = post_lines(service, as_lines(articles))

    assert [result["index"] for result in results] == list(range(count))
    assert [result["id"] for result in results] == [article["id"] for article in articles]
    assert {(result["status"], result["decision"]) for result in results} == {(201, "new")}
    assert summary.pop("took_ms") > 0
    assert summary == {"lines": count, "stored": count, "copies": 0, "problems": 0, "decisions": {"new": count}}
    assert stored(service, "many-0")
    assert stored(service, f"many-{count - 1}")


def test_a_load_is_stored_in_the_order_of_its_lines(serve):
    service = serve()
    count, again = 400, 130
    articles = [{"id": f"load-{number}", "body": text(30_000 + number)} for number in range(count)]
    lines = as_lines([*articles[:-1], articles[again], articles[-1]])
    results, summary = post_lines(service, lines, "?report=false")
    listed, page = [], {"next": 0}
    while page["next"] is not None:
        page = service.get(f"{ARTICLES}?limit=100&after={page['next']}").json()
        listed += [article["id"] for article in page["articles"]]

    assert [result["index"] for result in results] == list(range(count + 1))
    assert [result["index"] for result in results if result["status"] != 201] == [count - 1]
    assert results[count - 1]["status"] == 409
    assert summary["stored"] == count
    assert listed == [article["id"] for article in articles]


def test_results_come_while_the_client_is_still_sending(live):
    heard = threading.Event()

    def pieces() -> Iterator[bytes]:
        yield from as_lines([{"id": "first-heard", "body": text(20_000)}])
        assert heard.wait(PATIENCE_SECONDS)
        yield from as_lines([{"id": "then-said", "body": text(20_001)}])

    stream = BulkStream(live, pieces()).results()
    assert next(stream)["id"] == "first-heard"
    heard.set()
    assert next(stream)["id"] == "then-said"
    assert [last["summary"]["lines"] for last in stream] == [2]


def test_a_client_that_does_not_read_makes_the_service_wait_and_not_grow(serve):
    service = serve()
    line = json.dumps({f"field-{number:060}": 1 for number in range(20)}).encode() + b"\n"  # each of them is reported
    before = memory(service)
    sent = 0

    def pieces() -> Iterator[bytes]:
        nonlocal sent
        for sent in range(90):  # noqa: B007 - the test looks at it meanwhile
            yield line * 100

    stream = BulkStream(service, pieces(), small=True)
    wait_for(lambda: sent == 89 or stream.held_up(), "the service's waiting for the client")
    grown = memory(service) - before
    *results, last = stream.results()

    assert grown < 40 * MEGABYTE  # if the results were retained, it would be well above that
    assert len(json.dumps(results)) > 15 * MEGABYTE
    assert [result["index"] for result in results] == list(range(9_000))
    assert {result["status"] for result in results} == {422}
    assert last["summary"]["problems"] == 9_000


def test_a_line_that_is_too_long_is_passed_over_without_being_kept(serve):
    service = serve()
    before = memory(service)

    def pieces() -> Iterator[bytes]:
        yield b'{"body": "'
        for _ in range(200):
            yield b"a " * (MEGABYTE // 4)
        yield b'"}\n'
        yield from as_lines([{"id": "after", "body": text(1)}])

    results, summary = post_lines(service, pieces())

    assert [result["status"] for result in results] == [413, 201]
    assert results[0]["problem"]["type"] == "urn:wirematch:problem:content-too-large"
    assert summary["stored"] == summary["problems"] == 1
    assert memory(service) - before < 40 * MEGABYTE


def test_bulk_decides_as_one_after_the_other(serve, tmp_path, stories):
    articles = [
        article | {"id": f"{name}-{kind}"}
        for name, versions in sorted(stories.items())
        for kind, article in sorted(versions.items(), key=lambda item: item[0] != "wire")
    ]
    articles += [article | {"id": article["id"] + "-again"} for article in articles]
    one, other = serve(data_dir=tmp_path / "one"), serve(data_dir=tmp_path / "other")
    with httpx2.Client(base_url=one.url, timeout=PATIENCE_SECONDS) as client:
        singly = [client.post(ARTICLES, json=article).json()["report"] for article in articles]
    together, _ = post_lines(other, as_lines(articles))

    assert [(result["decision"], result.get("original_id")) for result in together] == [
        (report["decision"], report["original_id"]) for report in singly
    ]
    assert {result["decision"] for result in together} >= {"new", "duplicate", "rewrite"}


def test_what_was_acknowledged_to_a_client_that_vanished_is_stored(live):
    half = json.dumps({"id": "half-said", "body": text(30_000)}).encode()[:-20]
    articles = [{"id": f"gone-{number}", "body": text(30_001 + number)} for number in range(600)]

    def pieces() -> Iterator[bytes]:
        yield b"".join(as_lines(articles)) + half
        threading.Event().wait()

    stream = BulkStream(live, pieces())
    results = stream.results()
    acknowledged = [next(results)["id"] for _ in range(100)]
    stream.vanish()
    results.close()

    assert all(stored(live, article_id) for article_id in acknowledged)
    assert not stored(live, "half-said")
    wait_for(lambda: live.get("/readyz").status_code == 200, "an answer")


def test_streams_at_once_keep_one_of_each(live):
    articles = [{"body": text(40_000 + number)} for number in range(300)]
    with ThreadPoolExecutor(3) as pool:
        streams = list(pool.map(lambda _: post_lines(live, as_lines(articles), "?store=unless_duplicate")[0], range(3)))

    kept = Counter(place for results in streams for place, result in enumerate(results) if result["status"] == 201)
    assert kept == dict.fromkeys(range(300), 1)
