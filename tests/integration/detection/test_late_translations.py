"""Articles that could not be translated when stored, or were by another engine: no translation is lost."""

from __future__ import annotations

import asyncio
import json

import pytest
from starlette.testclient import TestClient

from support.phrase_book import ENGLISH, FRENCH, SPANISH
from wirematch.app import create_app
from wirematch.composition.components import open_components
from wirematch.composition.rebuilding import rebuild, retranslate
from wirematch.errors import IndexMismatchError
from wirematch.fingerprint.sampling import Sampling
from wirematch.models import Article


def test_nothing_is_lost_when_the_engine_dies_in_the_middle_of_a_stream(book, translating):
    """Each line is answered, late ones say so, and all are found in the end."""
    lines = [{"id": f"wire-{number}", "body": f"{SPANISH} Es la nota {number}."} for number in range(12)]
    book.lives = 4

    def posted() -> list[dict]:
        with TestClient(create_app(translating)) as client:
            content = "\n".join(map(json.dumps, lines))
            answer = client.post("/v1/articles/bulk", content=content, headers={"Content-Type": "application/x-ndjson"})
        *results, _ = map(json.loads, answer.text.splitlines())
        return results

    async def caught_up() -> set[str]:
        async with open_components(translating.redis_url, translating) as components:
            assert components.detector.translations is not None
            await components.detector.translations.expect_soon([line["id"] for line in lines])
            assert await components.detector.catch_up() == len(lines)
            translations = await components.detector.translations.index.get_many([line["id"] for line in lines])
            return {record.id for record in translations}

    results = posted()
    assert [(one["id"], one["status"]) for one in results] == [(line["id"], 201) for line in lines]
    assert sum("untranslated" in one for one in results) == len(lines) - 4
    book.lives = float("inf")
    assert asyncio.run(caught_up()) == {line["id"] for line in lines}


def test_what_is_due_is_caught_up_and_what_was_left_behind_is_removed(translating, book):
    async def run() -> None:
        async with open_components(translating.redis_url, translating) as components:
            detector, translations = components.detector, components.detector.translations
            assert translations is not None
            book.fault = "died"
            await detector.add_many([Article(id="wire", body=SPANISH)])
            await detector.add_many([Article(id="gone", body=FRENCH)])
            await detector.index.delete("gone")  # as by a process that ended before it removed the translation
            assert await detector.catch_up() == 0  # the process that stored them has a minute
            await translations.expect_soon(["wire", "gone"])
            assert await detector.catch_up() == 1
            book.fault = None
            await translations.expect_soon(["wire"])
            assert await detector.catch_up() == 1
            report = await detector.check(Article(body=ENGLISH))
            assert [match.id for match in report.matches] == ["wire"]

    asyncio.run(run())


@pytest.mark.parametrize("first", ["wire", "rewrite"])
def test_what_is_translated_late_joins_the_cluster_that_it_belongs_to(translating, book, first):
    """Whichever of the two was stored first; repeating it changes nothing."""
    articles = {"wire": Article(id="wire", body=SPANISH), "rewrite": Article(id="rewrite", body=ENGLISH)}
    second = next(name for name in articles if name != first)

    async def run() -> list[str]:
        async with open_components(translating.redis_url, translating) as components:
            detector, translations = components.detector, components.detector.translations
            assert translations is not None
            book.fault = "died"
            await detector.add_many([articles[first]])
            await detector.add_many([articles[second]])
            assert (await detector.stored.cluster(second, 0, 10)).total == 1
            book.fault = None
            for _ in range(2):
                await translations.expect_soon(["wire"])
                assert await detector.catch_up() == 1
            page = await detector.stored.cluster(second, 0, 10)
            return [page.original_id, *(member.id for member in page.members)]

    assert asyncio.run(run()) == [first, first, second]


def test_another_version_of_an_engine_asks_for_reindex(translating, book):
    async def run() -> None:
        async with open_components(translating.redis_url, translating):
            pass
        book.version = "2"
        async with open_components(translating.redis_url, translating):
            pass

    with pytest.raises(IndexMismatchError, match="wirematch reindex"):
        asyncio.run(run())


@pytest.mark.usefixtures("without_grace")
def test_reindex_has_all_translated_anew(translating, settings, book):
    """Articles stored before translation was on, and translated by another version of the engine."""

    async def run() -> None:
        async with open_components(settings.redis_url, settings) as components:
            await components.detector.add_many([Article(id="wire", body=SPANISH), Article(id="english", body=ENGLISH)])
        async with open_components(translating.redis_url, translating) as components:
            assert (await components.detector.check(Article(body=FRENCH))).matches[0].id == "english"
        book.version = "2"
        await rebuild(translating.redis_url, translating, None, lambda *_: None, Sampling.MINHASH)
        assert await retranslate(translating.redis_url, translating) == 1
        async with open_components(translating.redis_url, translating) as components:
            assert await components.detector.catch_up() == 1
            report = await components.detector.check(Article(body=FRENCH))
            assert {match.id for match in report.matches} | {
                version.id for match in report.matches for version in match.versions
            } == {"wire", "english"}

    asyncio.run(run())
