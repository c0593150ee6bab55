"""Many related articles at once through two services, which are killed or not: clusters are those of a quiet run."""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.data.synthetic import Newsroom
from faults.stand import Services, Store, choice
from faults.traffic import JSON, LINES
from support.live_service import client_of
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.composition.components import open_components
from wirematch.detection.deciding.exact_copies import storing_order
from wirematch.index.keys import Namespace
from wirematch.models import Article
from wirematch.settings import Settings
from wirematch.state.backup_state import BackupState

SEED, ARTICLES = choice("FAULT_SEED", 1), choice("FAULT_RELATED", 300)
CLIENTS, KILLS, WINDOW = 16, 8, 25
"""Neighbours of the order in which articles were made come in any order."""
SENTENCES, SECONDS = 10, 30.0
BULK_LINES = (1, 1, 5, 20)


def family(newsroom: Newsroom, first: int, draw: random.Random) -> list[str]:
    """Two stories, their copies and rewrites, those of these, and what was made of two of them; in any order."""
    told = ["\n\n".join(newsroom.retouched(number, 1, SENTENCES)).split(". ") for number in (first, first + 1)]
    words = sorted({word for story in told for sentence in story for word in sentence.split()})
    for _ in range(draw.randint(4, 18)):
        share, parent, other = draw.choice((0.0, 0.02, 0.1, 0.2, 0.3)), draw.choice(told[-4:]), draw.choice(told)
        cut = draw.randint(3, 7) if draw.random() < 0.2 else len(parent)
        made = [*parent[:cut], *other[cut:]]
        told.append([reworded(sentence, words, share, draw) for sentence in made])
    bodies = [". ".join(sentences) for sentences in told]
    return draw.sample(bodies, len(bodies))


def reworded(sentence: str, words: list[str], share: float, draw: random.Random) -> str:
    return " ".join(draw.choice(words) if draw.random() < share else word for word in sentence.split(" "))


def made(draw: random.Random) -> list[dict[str, Any]]:
    newsroom = Newsroom(seed=SEED)
    articles: list[dict[str, Any]] = []
    while len(articles) < ARTICLES:
        for body in family(newsroom, 2 * len(articles), draw):
            article = {"id": f"related-{len(articles)}", "source": f"Outlet {draw.randrange(7)}", "body": body}
            if draw.random() < 0.6:
                article["published_at"] = f"2026-03-03T{draw.randint(8, 20):02}:{draw.randint(0, 59):02}:00Z"
            articles.append(article | {"kind": draw.choice(("wire", "article", "article"))})
    places = {article["id"]: place + draw.uniform(0, WINDOW) for place, article in enumerate(articles)}
    return sorted(articles, key=lambda article: places[article["id"]])


class Sender(threading.Thread):
    """Sends what is left, each until it is answered that it is there."""

    def __init__(self, left: Iterator[dict[str, Any]], lock: threading.Lock, services: Services, seed: str) -> None:
        super().__init__(daemon=True)
        self._left, self._lock, self._services, self._draw = left, lock, services, random.Random(seed)

    def run(self) -> None:
        while True:
            with self._lock:
                batch = [one for _, one in zip(range(self._draw.choice(BULK_LINES)), self._left, strict=False)]
            if not batch:
                return
            while batch:
                there = self._sent(batch)
                batch = [article for article in batch if article["id"] not in there]

    def _sent(self, batch: list[dict[str, Any]]) -> set[str]:
        ports = self._services.ports() or [9]
        connection = http.client.HTTPConnection("127.0.0.1", self._draw.choice(ports), timeout=SECONDS)
        try:
            if len(batch) == 1:
                connection.request(
                    "PUT", f"/v1/articles/{batch[0]['id']}", json.dumps(batch[0]), {"Content-Type": JSON}
                )
                return {batch[0]["id"]} if connection.getresponse().status in {200, 201} else set()
            lines = "".join(f"{json.dumps(article)}\n" for article in batch)
            connection.request("POST", "/v1/articles/bulk", lines.encode(), {"Content-Type": LINES})
            results = [json.loads(line) for line in connection.getresponse().read().splitlines()]
            return {result["id"] for result in results if result.get("status") in {201, 409}}
        except (OSError, http.client.HTTPException, ValueError):
            return set()
        finally:
            connection.close()


async def clusters_of(url: str, index: str, ids: list[str]) -> tuple[list[str], dict[str, str]]:
    """The articles in the order in which they are stored, and the original of each that is in a cluster."""
    async with open_components(url, Settings(redis_url=url, redis_timeout=PATIENCE_SECONDS, index=index)) as components:
        records = await components.detector.index.get_many(ids)
        members = [member async for member in BackupState(components.store, Namespace(index)).members()]
    order = [record.id for record in sorted(records, key=storing_order)]
    return order, {member.id: member.original for member in members}


async def put_quietly(url: str, index: str, articles: list[Article]) -> None:
    async with open_components(url, Settings(redis_url=url, redis_timeout=PATIENCE_SECONDS, index=index)) as components:
        for article in articles:
            await components.detector.put(article)
        await components.detector.afterwards.finish()


def kill_some(store: Store, services: Services, senders: list[Sender], draw: random.Random) -> None:
    for _ in range(KILLS):
        wait_for(services.all_ready, "readiness")
        threading.Event().wait(draw.uniform(0, 0.4))
        if not any(sender.is_alive() for sender in senders):
            return
        victim = draw.choice(("service", "service", "both", "store"))
        if victim != "service":
            store.kill()
        if victim != "store":
            services.kill(draw.randrange(2))
        if victim != "service":
            store.start()


def all_told(store: Store) -> bool:
    """A minute passes; whether nothing is left to be told."""
    notes = Namespace("main").pending_articles
    with client_of(store.url) as client:
        if names := client.zrange(notes, 0, -1):
            client.zadd(notes, dict.fromkeys(names, 0), xx=True)
    return not names


@pytest.mark.parametrize("killed", [False, True], ids=["undisturbed", "killed"])
def test_clusters_are_those_of_a_quiet_run(tmp_path: Path, killed: bool) -> None:
    draw = random.Random(SEED)
    articles = made(draw)
    by_id = {article["id"]: article for article in articles}
    store = Store(tmp_path / "store")
    store.start()
    services = Services(tmp_path, store.url, 2)
    try:
        left, lock = iter(articles), threading.Lock()
        senders = [Sender(left, lock, services, f"{SEED}:{number}") for number in range(CLIENTS)]
        for sender in senders:
            sender.start()
        if killed:
            kill_some(store, services, senders, draw)
        for sender in senders:
            sender.join()
        wait_for(services.all_ready, "readiness")
        wait_for(lambda: all_told(store), "clusters that are told of everything")
        order, clusters = asyncio.run(clusters_of(store.url, "main", list(by_id)))
        asyncio.run(put_quietly(store.url, "quiet", [Article.model_validate(by_id[name]) for name in order]))
        quiet_order, quiet = asyncio.run(clusters_of(store.url, "quiet", list(by_id)))
    finally:
        services.end()
        store.end()
    assert order == quiet_order
    assert len(order) == len(by_id)
    assert len(quiet) > ARTICLES / 2
    assert {
        name: (clusters.get(name), original) for name, original in quiet.items() if clusters.get(name) != original
    } == {}
    assert clusters.keys() == quiet.keys()
