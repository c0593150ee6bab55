"""Concurrent operations have the same result as if one had followed the other."""

from __future__ import annotations

import asyncio
from collections import Counter

import httpx2
import pytest

from support.live_service import LiveService
from support.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.anyio

ARTICLES = "/v1/articles"
AT_ONCE = 32
# Other tests share the service, so this story is used nowhere else.
KILN = (
    "TARN HOLLOW (Norwind) - Potters at Tarn Hollow let the last wood-fired kiln of the valley go cold on Thursday, "
    "after sixty winters, because the clay pit behind the chapel has filled with water and nobody will pay to pump "
    "it dry. Apprentices carried out nine hundred bowls by lantern. A museum in Eskmere wants the chimney, brick by "
    "brick, and the parish council votes on the sale next week, with two former mayors against it."
)


async def all_at_once(
    live: LiveService, method: str, path: str, articles: list[dict], **parameters
) -> list[httpx2.Response]:
    limits = httpx2.Limits(max_connections=AT_ONCE)
    async with httpx2.AsyncClient(base_url=live.url, limits=limits, timeout=PATIENCE_SECONDS) as client:
        return await asyncio.gather(
            *(client.request(method, path, json=article, params=parameters) for article in articles)
        )


async def test_of_equal_articles_exactly_one_is_new(live):
    answers = await all_at_once(live, "POST", ARTICLES, [{"body": KILN}] * AT_ONCE)
    receipts = [answer.json() for answer in answers]
    reports = [receipt["report"] for receipt in receipts]

    assert {answer.status_code for answer in answers} == {201}
    assert Counter(report["decision"] for report in reports) == {"new": 1, "duplicate": AT_ONCE - 1}
    [original] = [receipt["id"] for receipt in receipts if receipt["report"]["decision"] == "new"]
    assert {report["original_id"] for report in reports} == {None, original}


async def test_of_equal_articles_exactly_one_is_stored_unless_duplicate(live, stories):
    body = stories["amber-lamps"]["wire"]["body"]
    answers = await all_at_once(live, "POST", ARTICLES, [{"body": body}] * AT_ONCE, store="unless_duplicate")
    stored = [answer.json()["id"] for answer in answers if answer.json()["stored"]]

    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: AT_ONCE - 1}
    assert len(stored) == 1
    [check] = await all_at_once(live, "POST", "/v1/check", [{"body": body, "limit": 100}])
    assert [match["id"] for match in check.json()["matches"]] == stored


async def test_of_articles_under_one_id_exactly_one_is_stored(live, bridge):
    articles = [{"id": "one", "body": f"{bridge['excerpt']['body']}\n\nPart {number}."} for number in range(AT_ONCE)]
    answers = await all_at_once(live, "POST", ARTICLES, articles, report="false")

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: AT_ONCE - 1}
    [kept] = [article for article, answer in zip(articles, answers, strict=True) if answer.status_code == 201]
    assert live.get(f"{ARTICLES}/one").json()["body"] == kept["body"]


async def test_of_versions_put_at_once_each_gets_a_number_and_one_stays(live, bridge):
    articles = [{"body": f"{bridge['rewrite']['body']}\n\nPart {number}."} for number in range(AT_ONCE)]
    answers = await all_at_once(live, "PUT", f"{ARTICLES}/many", articles, report="false")

    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: AT_ONCE - 1}
    assert sorted(answer.json()["version"] for answer in answers) == list(range(1, AT_ONCE + 1))
    [last] = [article for article, answer in zip(articles, answers, strict=True) if answer.json()["version"] == AT_ONCE]
    assert live.get(f"{ARTICLES}/many").json()["body"] == last["body"]


async def test_putting_and_deleting_at_once_leaves_all_or_nothing(live, bridge):
    body = {"body": bridge["independent"]["body"]}
    async with httpx2.AsyncClient(base_url=live.url, timeout=PATIENCE_SECONDS) as client:
        requests = [
            client.put(f"{ARTICLES}/flicker", json=body) if number % 2 else client.delete(f"{ARTICLES}/flicker")
            for number in range(AT_ONCE)
        ]
        answers = await asyncio.gather(*requests)
        assert {answer.status_code for answer in answers} <= {200, 201, 204, 404}
        await client.delete(f"{ARTICLES}/flicker")

        assert (await client.get(f"{ARTICLES}/flicker")).status_code == 404
        matches = (await client.post("/v1/check", json=body)).json()["matches"]
        assert "flicker" not in [match["id"] for match in matches]
