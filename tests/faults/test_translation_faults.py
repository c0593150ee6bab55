"""A service is killed while an engine translates its articles."""

from __future__ import annotations

import contextlib
import json
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from support.live_service import LiveService, client_of
from support.translation_server import TranslationServer
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.index.keys import Namespace

STORY = json.loads((Path(__file__).parents[1] / "stories" / "translated.json").read_text(encoding="utf-8"))
SPANISH, ENGLISH = " ".join(STORY["es"]), " ".join(STORY["en"])


@pytest.fixture
def engine() -> Iterator[TranslationServer]:
    server = TranslationServer(phrases=dict(zip(STORY["es"], STORY["rendered"], strict=True)))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def environment(engine) -> dict[str, str]:
    chosen = {"from": ["es"], "engines": ["libretranslate"]}
    return {"WIREMATCH_TRANSLATE": json.dumps(chosen), "WIREMATCH_TRANSLATE_URL": engine.url}


def test_what_was_at_an_engine_is_stored_with_its_translation_or_not_at_all(engine, environment, tmp_path):
    """A replacement is stored before it is translated, a new article is not; no client got a response for either."""
    service = LiveService(tmp_path / "data", environment=environment)
    try:
        service.wait_until_ready()
        assert service.post("/v1/articles", {"id": "put", "body": "An earlier text."}).status_code == 201
        engine.faults.extend(["hang", "hang"])
        with ThreadPoolExecutor(2) as senders:
            answers = [
                senders.submit(_send, "POST", f"{service.url}/v1/articles", {"id": "posted", "body": SPANISH}),
                senders.submit(_send, "PUT", f"{service.url}/v1/articles/put", {"body": SPANISH}),
            ]
            wait_for(lambda: len(engine.asked) == 2, "both to be at the engine")
            service.end(signal.SIGKILL)
            assert [answer.result() for answer in answers] == [None, None]

        with client_of(EmbeddedStore(tmp_path / "data").url) as store:
            noted = Namespace("main").translations.untranslated
            assert store.zrange(noted, 0, -1) == [b"put"]
            store.zadd(noted, {"put": 0}, xx=True)  # let the minute pass in which the killed process had it to itself
        service = LiveService(tmp_path / "data", environment=environment)
        service.wait_until_ready()
        assert service.get("/v1/articles/posted").status_code == 404
        assert service.get("/v1/articles/put").json()["body"] == SPANISH
        wait_for(lambda: _found(service) == ["put"], "the translation to be made up for")
    finally:
        engine.let_go.set()
        service.clear_away()


def _send(method: str, url: str, article: dict[str, str]) -> int | None:
    """Return the status; None without a response."""
    with contextlib.suppress(httpx2.TransportError):
        return httpx2.request(method, url, json=article, timeout=PATIENCE_SECONDS).status_code
    return None


def _found(service: LiveService) -> list[str]:
    report = service.post("/v1/check", {"body": ENGLISH}).json()
    return [match["id"] for match in report["matches"] if match["relation"] == "rewrite"]
