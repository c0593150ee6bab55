"""However a story is stored, its skeleton is stored with it, and equals the one that deciding would make."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
from starlette.testclient import TestClient

from support.preparing import prepare_first
from wirematch.app import create_app
from wirematch.cancellation import CancelledWorkError, CancelToken, cancellable_by
from wirematch.composition.components import open_detector
from wirematch.detection.detector import Detector
from wirematch.detection.retrieval import retriever as retrieval
from wirematch.fingerprint import first_reading
from wirematch.fingerprint.first_reading import read_first
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index.draft import BATCH
from wirematch.index.rebuilding.copying import draft_of
from wirematch.index.records.tail import TAIL, read_tail
from wirematch.models import Article, BodyFormat, Kind, StoredArticle
from wirematch.pipelines.input_rows import Fields
from wirematch.pipelines.spark import loading, steps
from wirematch.pipelines.spark.loading import load
from wirematch.settings import Settings

STORY = """PORT MARLOWE (Norwind) - The barge drifted into the bridge before dawn, and four of the people on it died.

"We heard it before we saw it," the harbour master said. The ferry has been stopped since Tuesday, and the port
authority said that it would be for weeks.

Divers looked for the anchor in the afternoon and found it in the mud below the second pier of the bridge.

Share this story"""
REWRITE = STORY.replace("four of the people", "four people") + "\n\nThe bridge was closed to all traffic in the night."
BODIES = {
    "plain": STORY,
    "html": "".join(f"<p>{paragraph}</p>" for paragraph in STORY.split("\n\n")),
    "markdown": "# At the bridge\n\n" + STORY.replace("harbour", "**harbour**"),
    "disguised": STORY.replace("o", "\N{CYRILLIC SMALL LETTER O}"),
    "german": "Der Kahn trieb vor dem Morgen gegen die Brücke, und vier der Leute auf ihm starben. " * 3,
    "chinese": "黎明前,一艘驳船撞上了大桥,船上有四人死亡。渡轮自星期二起停运。",
    "without words": "…",
}
HEADLINE = "Barge strikes the bridge"
Door = Callable[[TestClient, str], object]


def as_decided(article: Article) -> bytes:
    return prepare_first(article.body, article.headline, article.body_format)[1]


def post(client: TestClient, name: str, *, report: bool) -> None:
    answer = client.post(f"/v1/articles?report={report}", json={"id": name, "body": STORY, "headline": HEADLINE})
    assert answer.status_code == 201


def put(client: TestClient, name: str, *, report: bool) -> None:
    for body in ("Something else stood here at first.", STORY):
        answer = client.put(f"/v1/articles/{name}?report={report}", json={"body": body, "headline": HEADLINE})
        assert answer.status_code in {200, 201}


def stream(client: TestClient, name: str, query: str) -> None:
    lines = [{"id": f"{name}-{place}", "body": STORY, "headline": HEADLINE} for place in range(BATCH + 1)]
    if "unless_duplicate" in query:
        del lines[1:]
    answer = client.post(
        f"/v1/articles/bulk?{query}",
        content="".join(json.dumps(line) + "\n" for line in lines),
        headers={"content-type": "application/x-ndjson"},
    )
    assert answer.status_code == 200
    assert '"problems":0' in answer.text


DOORS: dict[str, Door] = {
    "stored": lambda client, name: post(client, name, report=False),
    "decided": lambda client, name: post(client, name, report=True),
    "put": lambda client, name: put(client, name, report=False),
    "put and decided": lambda client, name: put(client, name, report=True),
    "bulk, stored": lambda client, name: stream(client, name, "report=false"),
    "bulk, decided": lambda client, name: stream(client, name, "report=true"),
    "bulk, no duplicates": lambda client, name: stream(client, name, "store=unless_duplicate"),
}


@pytest.mark.anyio
@pytest.mark.parametrize("door", DOORS)
async def test_through_every_door_of_the_service(settings: Settings, door: str):
    with TestClient(create_app(settings), "http://127.0.0.1:8000") as client:
        DOORS[door](client, "a")
    async with open_detector(settings.redis_url, settings) as detector:
        records, _ = await detector.index.list_page(0, 100)

    assert records
    for record in records:
        assert record.skeleton == as_decided(record.article) is not None


def write_index(folder: Path) -> list[bytes]:
    """Write an index as a Spark job does."""
    rows = [json.dumps({"id": name, "body": body}).encode() for name, body in BODIES.items()]
    signed = steps.sign(enumerate(steps.read_line(row, Fields()).line for row in rows))
    with gzip.open(folder / "part-00000.gz", "wt", encoding="utf-8") as file:
        file.writelines(f"{steps.write_stored(one)}\n" for _, one in signed)
    (folder / "_SUCCESS").touch()
    return rows


@pytest.mark.anyio
@pytest.mark.parametrize("room", [0, 1 << 20])
async def test_a_load_without_texts_holds_no_more_of_them_than_there_is_room_for(
    tmp_path: Path, settings: Settings, monkeypatch, room: int
):
    held = []

    def watched(articles: list[Article], scheme: FingerprintScheme, *, prepared: bool) -> list:
        held.append(prepared)
        return read_first(articles, scheme, prepared=prepared)

    monkeypatch.setattr(retrieval, "HELD_AT_ONCE", room)
    monkeypatch.setattr(loading, "read_first", watched)
    rows = write_index(tmp_path)
    async with open_detector(settings.redis_url, settings) as detector:
        await load(detector.index, detector.scheme, [tmp_path], lambda _: None, texts=False)
        records, _ = await detector.index.list_page(0, 100)

    assert held == [room > 0]
    assert [record.skeleton for record in records] == [None] * len(rows)


@pytest.mark.anyio
async def test_what_a_spark_job_signed(tmp_path: Path, settings: Settings):
    rows = write_index(tmp_path)
    async with open_detector(settings.redis_url, settings) as detector:
        await load(detector.index, detector.scheme, [tmp_path], lambda _: None)
        records, _ = await detector.index.list_page(0, 100)

    assert {record.id: record.skeleton for record in records} == {
        record.id: as_decided(record.article) for record in records
    }
    assert len(records) == len(rows)


@pytest.mark.parametrize("prepared", [True, False])
@pytest.mark.parametrize("sampling", ["rare", "affine32"])
@pytest.mark.parametrize("headline", [None, HEADLINE])
def test_one_reading_gives_what_two_do(prepared, sampling, headline):
    articles = [Article(body=body, headline=headline) for body in BODIES.values()]
    scheme = FingerprintScheme(sampling)
    together = read_first(articles, scheme, prepared=prepared)
    signed = [first_reading.fingerprint_article(article, scheme) for article in articles]

    for article, one, expected in zip(articles, together, signed, strict=True):
        text, skeleton = prepare_first(article.body, article.headline, article.body_format)
        assert one.skeleton == skeleton
        assert (one.text is not None) is prepared
        if one.text is not None:
            assert one.text.words.tolist() == text.words.tolist()
            assert one.text.starts.tolist() == text.starts.tolist()
        assert one.fingerprint.shingles.tolist() == expected.shingles.tolist()
        assert one.fingerprint.words == expected.words
        mine, its = one.fingerprint.signature, expected.signature
        assert (mine is None) == (its is None)
        assert mine is None or mine.tolist() == its.tolist()


@pytest.mark.parametrize("kind", BODIES)
def test_what_a_rebuild_or_a_restore_copies(kind):
    stored_at = datetime(2026, 3, 3, 10, tzinfo=UTC)
    article = StoredArticle(
        id="a", body=BODIES[kind], headline=HEADLINE, kind=Kind.WIRE, version=3, stored_at=stored_at
    )

    assert read_tail(draft_of(article, 0, FingerprintScheme()).record, 0).skeleton == as_decided(article)


def test_reading_a_batch_ends_when_nobody_waits_for_it(monkeypatch):
    cancel, read = CancelToken(), []

    def leaves(article: Article, *_: object, **__: object) -> None:
        read.append(article.body)
        cancel.cancelled = True

    monkeypatch.setattr(first_reading, "_read", leaves)
    with cancellable_by(cancel), pytest.raises(CancelledWorkError):
        read_first([Article(body=STORY), Article(body=REWRITE)], FingerprintScheme(), prepared=False)

    assert read == [STORY]


def without_skeletons(server: redis.Redis, index: str) -> int:
    """Remove the skeletons from all records, as written by releases that did not prepare texts when storing."""
    keys = server.keys(f"{{{index}:*}}:d*")
    for key in keys:
        record = server.get(key)
        tail = read_tail(record, 49 + int.from_bytes(record[45:47], "little") + int.from_bytes(record[47:49], "little"))
        end = TAIL.pack(TAIL.unpack(record[-TAIL.size :])[0], 0, 0, 0, 1)
        server.set(key, record[: tail.json_end] + tail.sketch + end)
    return len(keys)


@pytest.mark.anyio
async def test_a_record_without_one_is_prepared_when_it_is_met(settings: Settings):
    decided = []
    for taken in (False, True):
        async with open_detector(settings.redis_url, settings) as detector:
            if not taken:
                await detector.add_many([Article(id="story", body=STORY, kind=Kind.WIRE)], decide=False)
            elif not (stored := without_skeletons(redis.Redis.from_url(settings.redis_url), settings.index)):
                raise AssertionError(stored)
            [record] = await detector.candidates(Article(body=REWRITE), 2)
            assert (record.skeleton is None) is taken
            report = await detector.check(Article(body=REWRITE))
            decided.append((report.decision, report.matches[0].probability, report.matches[0].passages))

    assert decided[0] == decided[1]


@pytest.mark.anyio
async def test_a_text_that_cannot_be_prepared_is_stored_all_the_same(settings: Settings, monkeypatch, caplog):
    def fails(*_: object) -> list:
        raise RuntimeError("nobody thought of this text")

    async with open_detector(settings.redis_url, settings) as detector:
        with monkeypatch.context() as patched:
            patched.setattr(first_reading, "find_furniture", fails)
            await detector.add_many([Article(id="a", body=STORY), Article(id="b", body=REWRITE)], decide=False)
        first = await detector.index.get("a")
        report = await detector.check(Article(body=STORY))

    assert first.skeleton is None
    assert report.decision == "duplicate"
    assert "cannot be prepared" in caplog.text


@pytest.mark.anyio
async def test_a_batch_that_is_not_held_is_decided_alike(settings: Settings, monkeypatch):
    async def decide(detector: Detector, name: str) -> list[tuple]:
        articles = [Article(id=f"{name}{place}", body=body) for place, body in enumerate((STORY, REWRITE))]
        added = await detector.add_many(articles, explain=True)
        for article in articles:
            await detector.delete(article.id or "")
        return [(one.decision, [match.passages for match in one.report.matches]) for one in added]

    async with open_detector(settings.redis_url, settings) as detector:
        held = await decide(detector, "a")
        monkeypatch.setattr(retrieval, "HELD_AT_ONCE", 0)
        assert await decide(detector, "b") == held


@pytest.mark.anyio
async def test_where_texts_are_not_kept_neither_are_skeletons(settings: Settings):
    hiding = settings.model_copy(update={"store_text": False})
    async with open_detector(settings.redis_url, hiding) as detector:
        await detector.add_many([Article(id="a", body=STORY, body_format=BodyFormat.TEXT)])
        record = await detector.index.get("a")
    server = redis.Redis.from_url(settings.redis_url)
    [key] = server.keys(f"{{{settings.index}:*}}:d*")

    assert isinstance(record.article, StoredArticle)
    assert record.skeleton is None
    assert TAIL.unpack(server.get(key)[-TAIL.size :])[1:4] == (0, 0, 0)
