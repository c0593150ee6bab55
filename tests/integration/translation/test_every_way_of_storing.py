"""By every way of storing articles, a Spanish story and its English rewrite are recognised."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
import redis

pytest.importorskip("faststream", reason="needs the extra 'stream'")
pytest.importorskip("scrapy", reason="needs the extra 'scrapy'")

from scrapy.utils.test import get_crawler

from support.command_line import CommandLine
from support.live_service import LiveService
from support.translation_server import TranslationServer
from support.waiting import PATIENCE_SECONDS, until
from wirematch.pipelines.scrapy import WirematchPipeline
from wirematch.pipelines.streams.redis_consumer import RedisConsumer
from wirematch.pipelines.streams.settings import StreamSettings
from wirematch_client import Client, NotFoundError

STORY = json.loads((Path(__file__).parents[2] / "stories" / "translated.json").read_text(encoding="utf-8"))
SPANISH, ENGLISH = " ".join(STORY["es"]), " ".join(STORY["en"])
BANK = (
    "The central bank of Velmar raised its interest rate by a quarter of a point on Thursday. Governor Simona Hale "
    "said that inflation, at five percent in March, was still too high for the households of the island. Economists "
    "had expected no change before the summer. The currency rose by one percent against the euro within an hour."
)


@pytest.fixture(scope="module")
def engine() -> Iterator[TranslationServer]:
    server = TranslationServer(phrases=dict(zip(STORY["es"], STORY["rendered"], strict=True)))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def environment(engine) -> dict[str, str]:
    chosen = {"from": ["es"], "engines": ["libretranslate"]}
    return {"WIREMATCH_TRANSLATE": json.dumps(chosen), "WIREMATCH_TRANSLATE_URL": engine.url}


@pytest.fixture(scope="module")
def polyglot(environment, tmp_path_factory) -> Iterator[LiveService]:
    service = LiveService(tmp_path_factory.mktemp("polyglot") / "data", environment=environment)
    try:
        service.wait_until_ready()
        yield service
    finally:
        service.clear_away()


@pytest.fixture
def pair(polyglot) -> Iterator[list[dict[str, Any]]]:
    """A wire story, and an article made from it; whatever is stored of them is removed after the test."""
    yield [{"id": "wire", "body": SPANISH}, {"id": "rewrite", "body": ENGLISH}]
    with Client(polyglot.url) as client:
        for article_id in ("wire", "rewrite", "bank"):
            with suppress(NotFoundError):
                client.delete(article_id)


@pytest.mark.anyio
async def test_streams(pair, polyglot, redis_url):
    name = f"across-{uuid.uuid4().hex}"
    settings = StreamSettings(
        service_url=polyglot.url, broker_url=redis_url, name=name, decisions=f"{name}.decisions", dead=f"{name}.dead"
    )
    consumer = RedisConsumer(settings)
    with redis.Redis.from_url(redis_url) as store:
        async with consumer.running(), consumer.broker:
            await consumer.broker.start()
            for number, article in enumerate(pair, 1):  # one is decided before the other arrives
                store.xadd(name, {"data": json.dumps(article)})
                await until(lambda count=number: store.xlen(settings.decisions) == count)
        told = [json.loads(fields[b"data"]) for _, fields in store.xrange(settings.decisions)]
    assert [(one["decision"], one["original_id"]) for one in told] == [("new", None), ("rewrite", "wire")]


@pytest.mark.anyio
async def test_scrapy(pair, polyglot):
    pipeline = WirematchPipeline.from_crawler(get_crawler(settings_dict={"WIREMATCH_URL": polyglot.url}))
    await pipeline.open_spider()
    found = [await pipeline.process_item(dict(article)) for article in pair]
    await pipeline.close_spider()
    assert found[0]["wirematch"] == {"decision": "new", "original_id": None}
    assert (found[1]["wirematch"]["decision"], found[1]["wirematch"]["original_id"]) == ("rewrite", "wire")


@pytest.mark.parametrize("index", ["its own", "a service's"])
def test_dedupe(pair, polyglot, environment, index, tmp_path, monkeypatch, capsys):
    given = tmp_path / "in.ndjson"
    given.write_text("\n".join(map(json.dumps, pair)) + "\n", encoding="utf-8")
    command = CommandLine(monkeypatch, capsys)
    options = []
    if index == "its own":
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
    else:
        options = ["--url", polyglot.url]
    status, out, err = command("dedupe", given, "--drop", "rewrite", *options)
    assert (status, [json.loads(line)["id"] for line in out.splitlines()]) == (0, ["wire"]), err


def test_bulk(pair, polyglot):
    content = "\n".join(map(json.dumps, pair))
    headers = {"Content-Type": "application/x-ndjson"}
    answer = httpx2.post(f"{polyglot.url}/v1/articles/bulk", content=content, headers=headers, timeout=PATIENCE_SECONDS)
    *results, _ = map(json.loads, answer.text.splitlines())
    assert [(one["decision"], one.get("original_id")) for one in results] == [("new", None), ("rewrite", "wire")]


def test_an_article_of_two_stories_in_two_languages_names_both(pair, polyglot):
    for article in (pair[0], {"id": "bank", "body": BANK}):
        assert polyglot.post("/v1/articles", article).status_code == 201
    report = polyglot.post("/v1/check", {"body": f"{ENGLISH}\n\n{BANK}"}).json()
    found = {match["id"]: match for match in report["matches"]}
    assert found["wire"]["translated"]["from"] == "es"
    assert "translated" not in found["bank"]
    shares = {one["id"]: one["share"] for one in report["attribution"]["stories"]}
    assert shares.keys() == {"wire", "bank"}
    assert min(shares.values()) > 0.3
    assert sum(shares.values()) > 0.9
