"""Overload: some requests are refused at once, and none of those is half done."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from support.problem_documents import assert_problem
from support.waiting import PATIENCE_SECONDS
from wirematch.app import create_app
from wirematch.composition import components
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.detection.scheduling.lane import MOST_RETRY_SECONDS
from wirematch.errors import ArticleNotFoundError, OverloadedError
from wirematch.models import Article
from wirematch.settings import Settings

ARTICLES = "/v1/articles"


@pytest.fixture
def narrow(settings: Settings) -> Settings:
    """Settings with capacity for two pieces of work."""
    return settings.model_copy(update={"cpu_threads": 1, "max_waiting": 1})


def test_what_finds_no_room_is_told_when_to_come_back(narrow, bridge, keys):
    with TestClient(create_app(narrow)) as client, ThreadPoolExecutor(24) as pool:
        articles = [bridge["wire"] | {"id": f"a{number}"} for number in range(24)]
        answers = list(pool.map(lambda article: client.post(ARTICLES, json=article), articles))
        refused = [
            article["id"] for article, answer in zip(articles, answers, strict=True) if answer.status_code == 503
        ]

        assert {answer.status_code for answer in answers} == {201, 503}
        for answer in answers:
            if answer.status_code == 503:
                assert_problem(answer, 503, "overloaded")
                assert 1 <= int(answer.headers["retry-after"]) <= MOST_RETRY_SECONDS
        assert [article_id for article_id in refused if client.get(f"{ARTICLES}/{article_id}").is_success] == []
        assert client.post("/v1/check", json={"body": bridge["copy"]["body"]}).json()["decision"] == "duplicate"


@pytest.mark.anyio
@pytest.mark.parametrize("unless_duplicate", [False, True])
async def test_an_article_that_was_let_in_is_stored_and_answered_or_neither(
    redis_url, narrow, bridge, unless_duplicate, monkeypatch
):
    executors: list[BoundedExecutor] = []

    def make_executor(*limits: int) -> BoundedExecutor:
        executors.append(BoundedExecutor(*limits))
        return executors[-1]

    monkeypatch.setattr(components, "BoundedExecutor", make_executor)
    go_on, crowded = threading.Event(), asyncio.Event()
    others: list[asyncio.Task[bool]] = []
    async with components.open_detector(redis_url, narrow) as detector:
        [executor] = executors
        create = detector.index.create_drafted

        async def create_while_others_crowd_in(*args, **options):
            placement = await create(*args, **options)
            others.extend(asyncio.create_task(executor.run(go_on.wait, PATIENCE_SECONDS)) for _ in range(2))
            await asyncio.sleep(0)
            crowded.set()
            return placement

        detector.index.create_drafted = create_while_others_crowd_in
        adding = asyncio.create_task(
            detector.add(Article(id="a", body=bridge["wire"]["body"]), unless_duplicate=unless_duplicate)
        )
        await asyncio.wait({adding, asyncio.create_task(crowded.wait())}, return_when=asyncio.FIRST_COMPLETED)
        assert crowded.is_set()
        await asyncio.wait({adding}, timeout=0.3)  # it is refused at once, or waits for the others
        go_on.set()
        answered = stored = False
        with contextlib.suppress(OverloadedError):
            answered = (await adding).stored
        with contextlib.suppress(ArticleNotFoundError):
            stored = (await detector.stored.get("a")).id == "a"
        await asyncio.gather(*others, return_exceptions=True)

    assert answered == stored
