"""A service that keeps no texts finds and decides like any other, and stores no run of their words anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import redis
from fastapi.testclient import TestClient

from support.ports import free_port
from support.problem_documents import assert_problem
from support.store_contents import contents, file_contents, rewrite_files
from support.waiting import PATIENT
from support.webhook_receiver import SECRET
from wirematch.app import create_app
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.settings import Settings

ARTICLES, NINJS = "/v1/articles", "application/ninjs+json"
STORIES = Path(__file__).parents[2] / "demo" / "stories"
RUN = 3
"""Words in a row by which a text is recognised."""
BEGINNING = 5
"""Bytes of the shortest run: by these it is looked up, as thousands are looked for in thousands of values."""


@pytest.fixture
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("without-texts")


@pytest.fixture
def clients(folder: Path) -> Iterator[tuple[TestClient, TestClient, EmbeddedStore]]:
    """A service that keeps texts, one that does not, whose webhooks wait, and the latter's store."""
    with ExitStack() as stack:
        running = []
        for name in ("texts", "imprints"):
            store = stack.enter_context(EmbeddedStore(folder / name, None))
            settings = Settings(
                redis_url=store.url,
                store_text=name == "texts",
                webhook_private=True,
                webhook_secret=SECRET,  # type: ignore[arg-type]
                webhook_url=f"http://127.0.0.1:{free_port()}/pickups",  # type: ignore[arg-type]
                **PATIENT,
            )
            running.append(stack.enter_context(TestClient(create_app(settings), "http://127.0.0.1:8000")))
        yield running[0], running[1], store


def samples() -> list[dict[str, object]]:
    found = []
    some = sorted(STORIES.iterdir())[:4]
    paths = sorted((path for folder in some for path in folder.glob("*.json")), key=lambda path: path.stem != "wire")
    for number, path in enumerate(paths):
        article = json.loads(path.read_text(encoding="utf-8"))
        article.pop("headline", None)  # it is kept, and often repeats the text
        article.pop("metadata", None)
        found.append(article | {"id": f"a{number}"})
    return found


def runs_of(article: dict[str, object]) -> set[bytes]:
    words = str(article["body"]).split()
    return {" ".join(words[at : at + RUN]).encode() for at in range(len(words) - RUN + 1)}


def comparable(answer: Any) -> Any:
    """All of an answer but how long it took, and first words of stories, which are told only where texts are kept."""
    if isinstance(answer, list):
        return list(map(comparable, answer))
    if not isinstance(answer, dict):
        return answer
    return {name: comparable(value) for name, value in answer.items() if name not in {"took_ms", "opening"}}


def test_it_decides_as_one_that_keeps_them_and_keeps_none(clients, folder):
    with_texts, without, store = clients
    given = samples()
    assert len(given) > 10
    for number, article in enumerate(given):
        answers = [
            client.post(ARTICLES, json=article, headers={"Idempotency-Key": f"k{number}"}).json()
            for client in (with_texts, without)
        ]
        assert comparable(answers[1]["report"]) == comparable(answers[0]["report"])
        assert "opening" not in json.dumps(answers[1])
    for article in given:
        checks = [client.post("/v1/check", json=article | {"id": None}).json() for client in (with_texts, without)]
        assert comparable(checks[1]) == comparable(checks[0])
        for what in ("cluster", "event"):
            pages = [client.get(f"{ARTICLES}/{article['id']}/{what}").json() for client in (with_texts, without)]
            members = [[one["id"] for one in page.get("members", page.get("articles"))] for page in pages]
            assert members[0] == members[1]
        pages = [client.get(f"{ARTICLES}/{article['id']}/pickups").json() for client in (with_texts, without)]
        assert [one["id"] for one in pages[0]["pickups"]] == [one["id"] for one in pages[1]["pickups"]]

    # A replaced one, a judged pair, and the pages that show them.
    changed = given[0] | {"body": f"{given[0]['body']} Nobody knew on Tuesday what would come of it all."}
    assert without.put(f"{ARTICLES}/a0", json=changed).json()["version"] == 2
    own_page = {"Origin": "http://127.0.0.1:8000"}
    judged = without.post("/articles/a1/against/a0", data={"verdict": "wholly_derived"}, headers=own_page)
    assert judged.status_code in {200, 303}
    for page in ("/desk", "/articles", "/articles/a0", "/articles/a0/versions", "/articles/a1/against/a0", "/review"):
        assert without.get(page).status_code in {200, 404}, page

    server = redis.Redis.from_url(store.url)
    sources = " ".join(str(article["source"]) for article in given).encode()  # some texts name theirs
    runs = {run for article in (*given, changed) for run in runs_of(article) if run not in sources}
    assert len(runs) > 1_000
    telling = by_beginning(runs)
    assert {key for key, held in contents(server) if held_runs(telling, held)} == set()
    assert held_runs(telling, b"".join(file_contents(folder / "imprints"))) == []
    rewrite_files(server)
    assert held_runs(telling, b"".join(file_contents(folder / "imprints"))) == []


def by_beginning(runs: Iterable[bytes]) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = {}
    for run in runs:
        found.setdefault(run[:BEGINNING], []).append(run)
    return found


def held_runs(telling: dict[bytes, list[bytes]], held: bytes) -> list[bytes]:
    """Return the runs that ``held`` contains. Only those are looked for whose beginning it contains."""
    begun = telling.keys() & {held[at : at + BEGINNING] for at in range(len(held))}
    return [run for beginning in begun for run in telling[beginning] if run in held]


def test_a_run_is_seen_wherever_it_stands():
    runs = [b"a b c", b"the harbour bridge", b"the harbour wall", b"closed on Tuesday"]
    for held in (b"\0the harbour bridge", b"the harbour bridg", b"a b c", b"xxa b cxx", b"", b"a b ", b" ".join(runs)):
        assert sorted(held_runs(by_beginning(runs), held)) == sorted(run for run in runs if run in held)


def test_what_is_shown_of_an_article_has_its_places_and_no_letter(clients):
    _, client, _ = clients
    body = "A gravel barge broke loose at Quillhaven and brought down the harbour bridge before dawn on Monday."
    client.put(f"{ARTICLES}/shown", json={"body": body, "headline": "Bridge falls"})

    shown = client.get(f"{ARTICLES}/shown").json()
    assert (shown["text_kept"], shown["headline"], len(shown["body"])) == (False, "Bridge falls", len(body))
    assert set(shown["body"]) <= {"x", " "}
    assert client.put(f"{ARTICLES}/shown", json={"body": body, "headline": "Bridge falls"}).json()["version"] == 1
    assert client.delete(f"{ARTICLES}/shown").status_code == 204
    report = client.post("/v1/check", json={"body": body}).json()
    assert "shown" not in [match["id"] for match in report["matches"]]


def test_an_attempt_that_was_broken_off_is_known_again(clients):
    _, client, store = clients
    article = {"id": "again", "body": "The council of Averland will meet on Monday to talk about a new crossing."}
    key = {"Idempotency-Key": "broken-off"}
    assert client.post(ARTICLES, json=article, headers=key).status_code == 201
    redis.Redis.from_url(store.url).hdel("{main:request:broken-off}", "answer")

    assert client.post(ARTICLES, json=article, headers=key).status_code == 201
    assert_problem(client.post(ARTICLES, json=article), 409, "article-exists")


def test_a_version_that_comes_late_changes_what_is_known_and_no_imprint(clients):
    """The imprint is stored again under an earlier time of publication, without anything that would hide the text."""
    _, client, _ = clients
    words = "A gravel barge broke loose at Quillhaven and brought down the old harbour bridge before dawn on Monday."
    body = " ".join(
        [words, "Divers searched the flooded slip for hours, said the pilot who runs the ferry station."] * 3
    )
    document = {"uri": "urn:late", "type": "text", "body_text": body, "headline": "Bridge"}

    def send(version: str, hour: int) -> dict[str, object]:
        stated = {"version": version, "versioncreated": f"2026-03-03T{hour}:00:00Z"}
        answer = client.post(ARTICLES, json=document | stated, headers={"Content-Type": NINJS})
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    send("2", 12)
    before = client.get(f"{ARTICLES}/urn:late").json()
    send("1", 10)
    after = client.get(f"{ARTICLES}/urn:late").json()
    assert after["published_at"] < before["published_at"]
    assert (after["text_kept"], after["body"]) == (False, before["body"])
    [match, *_] = client.post("/v1/check", json={"body": body}).json()["matches"]
    assert (match["id"], match["relation"]) == ("urn:late", "copy")
