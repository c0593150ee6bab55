"""The documentation's spider, verbatim, crawls a small site on loopback."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from support.stub_server import StubServer, breaks_off, says
from support.waiting import PATIENCE_SECONDS

pytest.importorskip("scrapy", reason="needs the extra 'scrapy'")

from scrapy.utils.test import get_crawler

from wirematch.pipelines.scrapy import WirematchPipeline

pytestmark = pytest.mark.slow

GUIDE = Path(__file__).parents[3] / "docs" / "pipelines" / "scrapy.md"
ONE_AFTER_THE_OTHER = {
    "CONCURRENT_REQUESTS": "1",
    "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
    "SCRAPER_SLOT_MAX_ACTIVE_SIZE": "1",  # the next page is requested when the items of one are done
}
KINDS = ("wire", "copy", "rewrite", "independent")

WARNINGS = "error::DeprecationWarning:wirematch.pipelines.scrapy"


@pytest.fixture
def site(told_once) -> Iterator[tuple[str, dict[str, str]]]:
    """The site's URL and its pages."""
    pages = {}
    for kind, article in told_once("scrapy").items():
        paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in article["body"].split("\n\n"))
        pages[f"/{kind}"] = f"<h1>{html.escape(article['headline'])}</h1><article>{paragraphs}</article>"
    pages["/"] = "".join(f'<a class="story" href="/{kind}">{kind}</a>' for kind in KINDS)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path)
            self.send_response(404 if page is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write((page or "").encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", pages
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def crawl(tmp_path: Path, site) -> Callable[..., tuple[dict[str, Any], dict[str, int]]]:
    """Crawl one page at a time, in the order of the links; return items by kind, and the statistics."""
    [spider] = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "stories.py").write_text(spider, encoding="utf-8")

    def crawl(service: str, **settings: str) -> tuple[dict[str, Any], dict[str, int]]:
        chosen = ONE_AFTER_THE_OTHER | {"WIREMATCH_URL": service} | settings
        options = [part for name, value in chosen.items() for part in ("-s", f"{name}={value}")]
        command = [
            sys.executable,
            "-W",
            WARNINGS,
            "-m",
            "scrapy",
            "runspider",
            "stories.py",
        ]
        ran = subprocess.run(
            [*command, "-O", "out.jsonl", "-a", f"start={site[0]}/", *options],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=True,
        )
        items = map(json.loads, (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
        counts = {name: int(count) for name, count in re.findall(r"'wirematch/(\w+)': (\d+)", ran.stderr)}
        assert "Traceback" not in ran.stderr, ran.stderr
        return {item["link"].rpartition("/")[2]: item for item in items}, counts

    return crawl


def test_copies_are_dropped_and_the_rest_is_annotated(crawl, live, site):
    items, counts = crawl(live.url)

    assert list(items) == ["wire", "rewrite", "independent"]
    assert counts == {"new": 2, "duplicate": 1, "rewrite": 1, "dropped": 1}
    assert items["wire"]["wirematch"] == {"decision": "new", "original_id": None}
    assert items["rewrite"]["wirematch"]["original_id"] == f"{site[0]}/wire"
    assert items["rewrite"]["wirematch"]["probability"] > 0.5
    again, counts = crawl(live.url)
    assert (again, counts["duplicate"]) == ({}, 4)
    site[1]["/independent"] = site[1]["/independent"].replace("<article>", "<article><p>An update came in.</p>")
    updated, counts = crawl(live.url)
    assert (list(updated), counts["updated"]) == (["independent"], 1)


def test_settings_are_those_that_scrapy_users_expect(crawl, live):
    items, counts = crawl(
        live.url,
        WIREMATCH_DROP="",
        WIREMATCH_STORE="False",
        WIREMATCH_FIELDS=json.dumps({"body": "no.such.field"}),
        WIREMATCH_NOTE_FIELD="",
    )
    assert len(items) == 4
    assert "wirematch" not in items["wire"]
    assert counts == {"no_text": 4}


def test_nothing_is_lost_while_the_service_is_away(crawl):
    items, counts = crawl("http://127.0.0.1:9", WIREMATCH_ATTEMPTS="1")

    assert (len(items), counts) == (4, {"error": 4})
    assert crawl("")[1] == {}


@pytest.fixture
def pipeline(stub: StubServer) -> WirematchPipeline:
    settings = {"WIREMATCH_URL": stub.url, "WIREMATCH_ATTEMPTS": 6}
    return WirematchPipeline.from_crawler(get_crawler(settings_dict=settings))


def item() -> dict[str, str]:
    return {"id": "a", "body": "The ferry stopped at noon."}


@pytest.mark.anyio
async def test_items_wait_for_a_service_that_is_restarted(pipeline, stub: StubServer, monkeypatch):
    """With the client's own four attempts they waited for less than a second, and were passed on undecided."""
    monkeypatch.setattr("wirematch.pipelines.scrapy.FIRST_DELAY", 0.01)
    stub.answers = [breaks_off, says(503), says(502), says(503), breaks_off, says(422, {"title": "No", "status": 422})]
    await pipeline.open_spider()
    await pipeline.process_item(item())
    await pipeline.close_spider()

    assert len(stub.requests) == 6


@pytest.mark.anyio
async def test_when_one_has_waited_in_vain_the_others_do_not(pipeline, stub: StubServer, monkeypatch, caplog):
    monkeypatch.setattr("wirematch.pipelines.scrapy.FIRST_DELAY", 0.01)
    stub.answers = [says(503)]
    await pipeline.open_spider()
    for _ in range(3):
        assert await pipeline.process_item(item()) == item()
    assert len(stub.requests) == 6 + 1 + 1
    await pipeline.close_spider()

    assert "3 items were passed on undecided" in caplog.messages[-1]
    assert "wirematch dedupe --url" in caplog.messages[-1]
