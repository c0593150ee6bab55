"""Articles in several languages in one service, with an engine that knows one story by heart."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from support.phrase_book import PhraseBook
from wirematch.app import create_app
from wirematch.composition import translating as composed_translating
from wirematch.composition.parts import open_parts
from wirematch.composition.rebuilding import rebuild, retranslate
from wirematch.detection.translation_choice import Translate
from wirematch.errors import IndexMismatchError
from wirematch.fingerprint.sampling import Sampling
from wirematch.models import Article
from wirematch.settings import Settings

STORY = json.loads((Path(__file__).parents[2] / "stories" / "translated.json").read_text(encoding="utf-8"))
SPANISH, FRENCH, ENGLISH = (" ".join(STORY[language]) for language in ("es", "fr", "en"))


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> PhraseBook:
    rendered = [*STORY["rendered"], *STORY["rendered"]]
    book = PhraseBook(dict(zip([*STORY["es"], *STORY["fr"]], rendered, strict=True)))

    async def compose(_):
        return (book,)

    monkeypatch.setattr(composed_translating, "compose", compose)
    return book


@pytest.fixture
def translating(settings: Settings) -> Settings:
    return settings.model_copy(update={"translate": Translate()})


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


def test_nothing_is_lost_when_the_engine_dies_in_the_middle_of_a_stream(book, translating):
    """Each line is answered, those that came too late tell so, and all of them are found in the end."""
    lines = [{"id": f"wire-{number}", "body": f"{SPANISH} Es la nota {number}."} for number in range(12)]
    book.lives = 4

    def posted() -> list[dict]:
        with TestClient(create_app(translating)) as client:
            content = "\n".join(map(json.dumps, lines))
            answer = client.post("/v1/articles/bulk", content=content, headers={"Content-Type": "application/x-ndjson"})
        *results, _ = map(json.loads, answer.text.splitlines())
        return results

    async def caught_up() -> set[str]:
        async with open_parts(translating.redis_url, translating) as parts:
            assert parts.detector.translations is not None
            await parts.detector.translations.expect_soon([line["id"] for line in lines])
            assert await parts.detector.catch_up() == len(lines)
            translations = await parts.detector.translations.index.get_many([line["id"] for line in lines])
            return {record.id for record in translations}

    results = posted()
    assert [(one["id"], one["status"]) for one in results] == [(line["id"], 201) for line in lines]
    assert sum("untranslated" in one for one in results) == len(lines) - 4
    book.lives = float("inf")
    assert asyncio.run(caught_up()) == {line["id"] for line in lines}


def test_without_the_setting_nothing_of_it_is_in_redis(settings, store, index_name, book):
    with TestClient(create_app(settings)) as client:
        stored(client, "wire", SPANISH)
        assert check(client, ENGLISH)["decision"] == "new"
    assert not list(store.scan_iter(f"*{index_name}:translated*"))


def test_the_index_of_articles_is_the_same_byte_for_byte(settings, translating, book, store, index_name):
    article = Article(id="wire", kind="wire", body=SPANISH)

    async def records(chosen: Settings, name: str) -> set[bytes]:
        async with open_parts(chosen.redis_url, chosen.model_copy(update={"index": name})) as parts:
            await parts.detector.add_many([article], look=False)
        return {store.get(key)[20:] for key in store.scan_iter(f"*{{{name}:1.0.0*:d*")}

    plain = asyncio.run(records(settings, f"{index_name}-plain"))
    assert plain == asyncio.run(records(translating, f"{index_name}-both"))
    assert plain


def test_what_is_due_is_caught_up_and_what_was_left_behind_is_removed(translating, book):
    async def run() -> None:
        async with open_parts(translating.redis_url, translating) as parts:
            detector, translations = parts.detector, parts.detector.translations
            assert translations is not None
            book.fault = "died"
            await detector.add_many([Article(id="wire", body=SPANISH)])
            await detector.add_many([Article(id="gone", body=FRENCH)])
            await detector.index.delete("gone")  # as by a process that ended before it removed the translation
            assert await detector.catch_up() == 0  # whoever stored them has a minute
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
    """Whichever of the two was stored first, and twice in a row without another result."""
    articles = {"wire": Article(id="wire", body=SPANISH), "rewrite": Article(id="rewrite", body=ENGLISH)}
    second = next(name for name in articles if name != first)

    async def run() -> list[str]:
        async with open_parts(translating.redis_url, translating) as parts:
            detector, translations = parts.detector, parts.detector.translations
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
        async with open_parts(translating.redis_url, translating):
            pass
        book.version = "2"
        async with open_parts(translating.redis_url, translating):
            pass

    with pytest.raises(IndexMismatchError, match="wirematch reindex"):
        asyncio.run(run())


@pytest.mark.parametrize("shards", [1, 3])
def test_of_two_that_are_stored_at_once_exactly_one_derives_from_the_other(translating, book, shards):
    async def run() -> list[list[bool]]:
        settings = translating.model_copy(update={"shards": shards, "max_waiting": 100})
        async with open_parts(settings.redis_url, settings) as parts:
            decided = []
            for number in range(10):
                spanish = Article(id=f"es-{number}", body=SPANISH.replace("Ellery", f"Ellery{number}"))
                english = Article(id=f"en-{number}", body=ENGLISH.replace("Ellery", f"Ellery{number}"))
                book.phrases |= {
                    one.replace("Ellery", f"Ellery{number}"): said.replace("Ellery", f"Ellery{number}")
                    for one, said in zip(STORY["es"], STORY["rendered"], strict=True)
                }
                add = parts.detector.add_many
                [[first], [second]] = await asyncio.gather(add([spanish], explain=True), add([english], explain=True))
                decided.append([_names(first, english), _names(second, spanish)])
                await asyncio.gather(*(parts.detector.remove(one.id or "") for one in (spanish, english)))
            return decided

    for one in asyncio.run(run()):
        assert sorted(one) == [False, True]


def _names(result, other: Article) -> bool:
    return any(match.id == other.id for match in result.report.matches)


def test_reindex_has_all_translated_anew(translating, settings, book):
    """What was stored before anything was translated, and by another version of the engine."""

    async def run() -> None:
        async with open_parts(settings.redis_url, settings) as parts:
            await parts.detector.add_many([Article(id="wire", body=SPANISH), Article(id="english", body=ENGLISH)])
        async with open_parts(translating.redis_url, translating) as parts:
            assert (await parts.detector.check(Article(body=FRENCH))).matches[0].id == "english"
        book.version = "2"
        await rebuild(translating.redis_url, translating, None, lambda *_: None, Sampling.MINHASH)
        assert await retranslate(translating.redis_url, translating) == 1
        async with open_parts(translating.redis_url, translating) as parts:
            assert await parts.detector.catch_up() == 1
            report = await parts.detector.check(Article(body=FRENCH))
            assert {match.id for match in report.matches} | {
                version.id for match in report.matches for version in match.versions
            } == {"wire", "english"}

    asyncio.run(run())


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
