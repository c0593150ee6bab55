"""Articles in several languages in one service, with an engine that knows one story by heart."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from support.expiry import let_pass
from support.phrase_book import ENGLISH, FRENCH, SPANISH, STORY, PhraseBook
from wirematch.app import create_app
from wirematch.composition.components import open_components
from wirematch.detection.number_cache import NumberCache
from wirematch.models import Article
from wirematch.settings import Settings


@pytest.fixture
def client(book: PhraseBook, translating: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(translating)) as client:
        yield client


def stored(client: TestClient, article_id: str, body: str, **fields) -> dict:
    answer = client.post("/v1/articles", json={"id": article_id, "body": body, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def check(client: TestClient, body: str, **fields) -> dict:
    answer = client.post("/v1/check", json={"body": body, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_translation_of_a_stored_story_is_found_with_its_sentences(client):
    stored(client, "wire", ENGLISH, source="Norwind")
    report = check(client, SPANISH)
    assert report["decision"] == "rewrite"
    assert report["original_id"] == "wire"
    [match] = report["matches"]
    assert match["translated"] == {"from": "es", "to": "en", "by": "book (es-en)"}
    assert match["verbatim"] == 0
    assert match["coverage"]["submission"] > 0.9
    spans = [(one["submission"], one["story"]) for one in match["passages"]]
    said = {SPANISH[mine["start"] : mine["end"]]: ENGLISH[its["start"] : its["end"]] for mine, its in spans}
    in_english = [sentence.removesuffix(".") for sentence in STORY["en"]]  # a passage ends with a word
    assert said == dict(zip(STORY["es"], in_english, strict=True))
    assert {one["kind"] for one in match["passages"]} == {"translated"}
    assert report["attribution"]["stories"][0]["share"] > 0.9


def test_the_other_way_round_and_between_two_that_are_translated(client):
    assert "untranslated" not in stored(client, "wire", SPANISH)
    [match] = check(client, ENGLISH)["matches"]
    assert (match["id"], match["translated"]["from"]) == ("wire", "es")
    [match] = check(client, FRENCH)["matches"]
    assert (match["id"], match["translated"]["from"], match["translated"]["story"]["from"]) == ("wire", "fr", "es")


def test_a_story_that_names_alone_lead_to_is_compared_in_translation(client):
    stored(client, "wire", ENGLISH)
    [match] = check(client, SPANISH, include_related=True)["matches"]
    assert (match["relation"], match["translated"]["from"]) == ("rewrite", "es")
    event = client.get("/v1/articles/wire/event").json()
    assert [one["id"] for one in event["articles"]] == ["wire"]
    stored(client, "rewrite", SPANISH, kind="article")
    event = client.get("/v1/articles/wire/event").json()
    assert [(one["id"], one["relation"]) for one in event["articles"]] == [("wire", None), ("rewrite", "rewrite")]


def test_a_copy_in_its_own_language_is_a_copy(client):
    stored(client, "wire", SPANISH)
    report = check(client, SPANISH)
    assert report["decision"] == "duplicate"
    assert "translated" not in report["matches"][0]


def test_clusters_pickups_and_reports_go_across_languages(client):
    stored(client, "wire", SPANISH, published_at="2026-05-01T08:00:00Z", source="EFE")
    receipt = stored(client, "rewrite", ENGLISH + " EFE reports.", published_at="2026-05-01T10:00:00Z", kind="article")
    assert receipt["report"]["original_id"] == "wire"
    assert receipt["report"]["matches"][0]["credited"]
    late = stored(client, "late", FRENCH, published_at="2026-05-01T07:00:00Z", source="AFP")
    assert {one["id"] for one in late["report"]["pickups"]} == {"wire", "rewrite"}
    members = client.get("/v1/articles/wire/cluster").json()
    assert {one["id"] for one in members["members"]} >= {"wire", "rewrite"}
    pickups = client.get("/v1/articles/wire/pickups").json()
    assert [one["id"] for one in pickups["pickups"]] == ["rewrite"]


def test_what_is_deleted_or_replaced_is_not_found_in_translation(client, store, index_name):
    stored(client, "wire", SPANISH)
    client.put(
        "/v1/articles/wire",
        json={"body": "Otra noticia muy distinta sobre el precio del pan en la ciudad de los ríos."},
    )
    assert check(client, ENGLISH)["decision"] == "new"
    client.put("/v1/articles/wire", json={"body": SPANISH})
    assert check(client, ENGLISH)["decision"] == "rewrite"
    client.delete("/v1/articles/wire")
    assert check(client, ENGLISH)["decision"] == "new"
    assert not [key for key in store.scan_iter(f"*{index_name}:translated:*") if b":d" in key]


def test_two_articles_compared_directly(client):
    answer = client.post("/v1/compare", json={"submission": {"body": SPANISH}, "story": {"body": ENGLISH}}).json()
    assert answer["relation"] == "rewrite"
    assert answer["translated"]["from"] == "es"
    same = client.post("/v1/compare", json={"submission": {"body": SPANISH}, "story": {"body": SPANISH}}).json()
    assert same["relation"] == "copy"


@pytest.mark.parametrize("fault", ["died", "hangs", "missing"])
def test_what_no_engine_translated_is_stored_told_and_translated_later(client, book, fault):
    book.fault = fault
    receipt = stored(client, "wire", SPANISH)
    assert receipt["untranslated"]
    assert receipt["report"]["untranslated"] == receipt["untranslated"]
    assert check(client, SPANISH)["decision"] == "duplicate"
    assert check(client, ENGLISH)["decision"] == "new"
    book.fault = None
    client.put("/v1/articles/wire", json={"body": SPANISH})  # the same text, and now it can be translated
    assert check(client, ENGLISH)["decision"] == "rewrite"


def test_without_the_setting_nothing_of_it_is_in_redis(settings, store, index_name, book):
    with TestClient(create_app(settings)) as client:
        stored(client, "wire", SPANISH)
        assert check(client, ENGLISH)["decision"] == "new"
    assert not list(store.scan_iter(f"*{index_name}:translated*"))


def test_the_index_of_articles_is_the_same_byte_for_byte(settings, translating, book, store, index_name):
    article = Article(id="wire", kind="wire", body=SPANISH)

    async def records(chosen: Settings, name: str) -> set[bytes]:
        async with open_components(chosen.redis_url, chosen.model_copy(update={"index": name})) as components:
            await components.detector.add_many([article], decide=False)
        return {store.get(key)[20:] for key in store.scan_iter(f"*{{{name}:1.0.0*:d*")}

    plain = asyncio.run(records(settings, f"{index_name}-plain"))
    assert plain == asyncio.run(records(translating, f"{index_name}-both"))
    assert plain


@pytest.mark.parametrize("shards", [1, 3])
def test_of_two_that_are_stored_at_once_exactly_one_derives_from_the_other(translating, book, shards):
    async def run() -> list[list[bool]]:
        settings = translating.model_copy(update={"shards": shards, "max_waiting": 100})
        async with open_components(settings.redis_url, settings) as components:
            decided = []
            for number in range(10):
                spanish = Article(id=f"es-{number}", body=SPANISH.replace("Ellery", f"Ellery{number}"))
                english = Article(id=f"en-{number}", body=ENGLISH.replace("Ellery", f"Ellery{number}"))
                book.phrases |= {
                    one.replace("Ellery", f"Ellery{number}"): said.replace("Ellery", f"Ellery{number}")
                    for one, said in zip(STORY["es"], STORY["rendered"], strict=True)
                }
                add = components.detector.add_many
                [[first], [second]] = await asyncio.gather(add([spanish], explain=True), add([english], explain=True))
                decided.append([_names(first, english), _names(second, spanish)])
                await asyncio.gather(*(components.detector.remove(one.id or "") for one in (spanish, english)))
            return decided

    for one in asyncio.run(run()):
        assert sorted(one) == [False, True]


def _names(result, other: Article) -> bool:
    return any(match.id == other.id for match in result.report.matches)


def test_metrics_say_what_each_engine_did(client, book):
    def told() -> dict[str, float]:
        rows = [line.rpartition(" ") for line in client.get("/metrics").text.splitlines()]
        return {
            outcome: sum(float(count) for name, _, count in rows if name.startswith(TIMES) and outcome in name)
            for outcome in ("translated", "died", "unusable")
        }

    before = told()
    check(client, SPANISH)
    book.fault = "died"
    check(client, SPANISH)
    book.fault = "fewer"
    check(client, SPANISH)
    after = told()
    assert {outcome: after[outcome] - before[outcome] for outcome in after} == dict.fromkeys(after, 1)


TIMES = 'wirematch_translation_seconds_count{engine="book"'


def test_readiness_names_the_engines(client, settings):
    assert client.get("/readyz").json()["translators"] == ["book"]


def test_pages_show_the_sentences_of_both_and_tell_what_is_not_translated(client, book):
    stored(client, "wire", ENGLISH, source="Norwind")
    stored(client, "rewrite", SPANISH, kind="article")
    shown = client.get("/articles/rewrite/against/wire")
    assert shown.status_code == 200
    assert "Compared in translation: from es to en by book (es-en)" in shown.text
    assert "In translation" in shown.text
    assert "evacuados en botes" in shown.text
    assert "taken off by lifeboats" in shown.text
    assert STORY["rendered"][1] not in shown.text
    assert STORY["rendered"][1] in client.get("/articles/rewrite/against/wire?translation=1").text
    book.fault = "died"
    told = client.post("/", data={"text": SPANISH}, headers={"Origin": "http://testserver"})
    assert "Compared in its own language alone" in told.text


@pytest.mark.parametrize("how", ["deleted", "expired", "replaced by another text", "replaced by one in the pivot"])
def test_a_translation_that_is_gone_is_in_no_cache(book, translating, store, index_name, how):
    async def run() -> None:
        async with open_components(translating.redis_url, translating) as components:
            detector = components.detector
            articles, translations = (
                NumberCache(space, detector.caches.prepared)
                for space in (components.namespace, components.namespace.translations)
            )
            assert detector.translations is not None
            ends = datetime.now(UTC) + timedelta(hours=1)
            await detector.add(Article(id="wire", body=SPANISH, expires_at=ends))
            [match] = (await detector.check(Article(body=FRENCH))).matches
            assert match.id == "wire"
            [translation] = await detector.translations.index.get_many(["wire"])
            assert translations.get(translation.number) is not None

            [stored] = await detector.index.get_many(["wire"])
            if how == "deleted":
                assert await detector.remove("wire", stored.number)
            elif how == "expired":
                await detector.check(Article(body=SPANISH))
                assert articles.get(stored.number) is not None
                assert let_pass(3_600, store, index_name) == 2
                assert await detector.sweep(100) == 1
                assert articles.get(stored.number) is None
            else:
                text = ENGLISH if how.endswith("pivot") else f"{SPANISH} Nadie durmió."
                await detector.put(Article(id="wire", body=text))
            assert translations.get(translation.number) is None

    asyncio.run(run())
