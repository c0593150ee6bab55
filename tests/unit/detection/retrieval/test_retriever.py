from __future__ import annotations

from dataclasses import replace

import pytest

from wirematch.detection.policy import FEW
from wirematch.detection.retrieval import retriever as retrieval
from wirematch.detection.retrieval.excerpting import NOTHING_FOUND
from wirematch.detection.submission import Submission
from wirematch.detection.telemetry import Step
from wirematch.models import Article, Filters, Kind

pytestmark = pytest.mark.anyio

STRANGER = "Prices of wheat rose by a tenth last year because rain had spoilt the harvest in three provinces."


@pytest.fixture
def store(index, retriever):
    """Store bodies under names; return the submissions with their placements."""

    async def store(**bodies: str) -> list[Submission]:
        articles = [Article(id=name, body=body, kind=Kind.WIRE, source=name) for name, body in bodies.items()]
        signed = await retriever.sign(articles)
        placements = await index.create_many([(one.article, one.fingerprint.signature) for one in signed])
        return [replace(one, placement=placement) for one, placement in zip(signed, placements, strict=True)]

    return store


class NoExcerpts:
    def begin(self, submissions) -> None:
        """Nothing is made ahead."""

    async def search(self, submissions, *_):
        return [NOTHING_FOUND for _ in submissions]


def names(retrieved) -> list[str]:
    return [record.article.id for record in retrieved.records]


async def test_what_shares_enough_is_retrieved_and_strangers_are_not(retriever, store, bridge):
    await store(wire=bridge["wire"]["body"], wheat=STRANGER)

    [retrieved] = await retriever.retrieve(await retriever.sign([Article(body=bridge["rewrite"]["body"])]))

    assert names(retrieved) == ["wire"]
    assert retrieved.lookup.documents == 2
    assert retrieved.looked_at >= 1


async def test_what_shares_many_buckets_is_promising_before_anything_is_fetched(retriever, store, index, bridge):
    await store(wire=bridge["wire"]["body"], wheat=STRANGER)
    fetched = []

    for body in (bridge["copy"]["body"], "Nobody has heard of the festival that was cancelled in the valley."):
        await retriever.retrieve(
            await retriever.sign([Article(body=body)]), lambda: fetched.append(list(index.fetched))
        )

    assert fetched == [[]]


async def test_a_stored_submission_retrieves_only_what_was_stored_before_it(retriever, store, bridge):
    body = bridge["wire"]["body"]
    stored = await store(first=body, second=body, third=body)

    retrieved = await retriever.retrieve(stored)

    assert [names(one) for one in retrieved] == [[], ["first"], ["first", "second"]]


async def test_many_are_retrieved_with_one_fetch_of_each_text(retriever, store, index, bridge):
    await store(wire=bridge["wire"]["body"])
    bodies = [bridge[name]["body"] for name in ("copy", "rewrite")]

    retrieved = await retriever.retrieve(await retriever.sign([Article(body=body) for body in bodies]))

    assert [names(one) for one in retrieved] == [["wire"], ["wire"]]
    assert index.fetched == [0]


@pytest.mark.parametrize("sketched", ["known", "stored", "without"])
async def test_a_batch_retrieves_what_each_alone_does_and_reads_only_texts_to_compare(
    retriever, store, index, bridge, sketched
):
    stored = await store(wire=bridge["wire"]["body"], wheat=STRANGER, other=STRANGER.replace("wheat", "rye"))
    for one in stored if sketched == "stored" else []:
        index.sketched[one.number] = one.fingerprint.sketch
    if sketched == "known":
        retriever.remember((one, one.fingerprint.sketch) for one in stored)
    bodies = [bridge[name]["body"] for name in ("copy", "rewrite", "independent")]
    signed = await retriever.sign([Article(body=body) for body in bodies * FEW])

    together = await retriever.retrieve(signed)
    fetched = list(index.fetched)
    alone = [await retriever.retrieve([one]) for one in signed]

    assert [names(one) for one in together] == [names(one) for [one] in alone]
    assert "wire" in names(together[0])
    assert sketched == "without" or fetched == [0]


async def test_shingles_that_are_remembered_need_no_text_for_the_sieve(retriever, store, index, bridge):
    retriever.remember(
        (one, one.fingerprint.sketch) for one in await store(wire=bridge["wire"]["body"], wheat=STRANGER)
    )

    await retriever.retrieve(await retriever.sign([Article(body=STRANGER.replace("wheat", "rye"))]))

    assert index.fetched == [1]  # the one that is compared


async def test_what_is_worth_it_after_all_is_fetched_by_itself(retriever, store, index, bridge, monkeypatch):
    [wire, _] = await store(wire=bridge["wire"]["body"], wheat=f"{bridge['wire']['body']} {STRANGER}")
    retriever.remember([(wire, wire.fingerprint.sketch)])
    monkeypatch.setattr(retrieval, "promising", lambda *_: False)

    [retrieved] = await retriever.retrieve(await retriever.sign([Article(body=bridge["copy"]["body"])]))

    assert names(retrieved) == ["wire", "wheat"]
    assert index.fetched == [1, 0]  # first what is not known, then what sketches found worth it


async def test_filters_narrow_and_related_stories_pass_where_wanted(retriever, store, bridge):
    await store(wire=bridge["wire"]["body"], independent=bridge["independent"]["body"])
    [submission] = await retriever.sign([Article(body=bridge["rewrite"]["body"])])

    narrowed = await retriever.retrieve_filtered(submission, Filters(sources=["independent"]))
    related = await retriever.retrieve_filtered(submission, Filters(include_related=True))

    assert "wire" not in names(narrowed)
    assert names(related) == ["wire", "independent"]


async def test_a_partial_index_is_told(retriever, index, bridge):
    index.partial = True

    [retrieved] = await retriever.retrieve(await retriever.sign([Article(body=bridge["wire"]["body"])]))

    assert retrieved.partial


async def test_an_article_deleted_meanwhile_is_left_out(retriever, store, index, bridge):
    retriever.remember((one, one.fingerprint.sketch) for one in await store(wire=bridge["wire"]["body"]))
    lookup = await index.lookup((await retriever.sign([Article(body=bridge["copy"]["body"])]))[0].fingerprint.signature)
    await index.delete("wire")

    async def stale(*_: object) -> list:
        return [lookup]

    index.lookup_many = stale
    [retrieved] = await retriever.retrieve(await retriever.sign([Article(body=bridge["copy"]["body"])]))

    assert names(retrieved) == []


async def test_each_step_is_measured_with_its_count(retriever, store, telemetry, bridge):
    await store(wire=bridge["wire"]["body"])
    telemetry.steps.clear()

    await retriever.retrieve(await retriever.sign([Article(body=bridge["copy"]["body"])]))

    assert telemetry.steps == [
        (Step.SIGN, 1), (Step.LOOK_UP, 1), (Step.EXCERPTS, 1), (Step.FETCH, 1), (Step.SIEVE, 1)
    ]  # fmt: skip


async def test_of_texts_without_a_sketch_so_many_are_sieved_and_the_rest_is_told(retriever, store, bridge, monkeypatch):
    monkeypatch.setattr("wirematch.detection.retrieval.sieve.SIEVED_BYTES", 0)
    monkeypatch.setattr(retriever, "_excerpts", NoExcerpts())  # it would find them, too
    body = bridge["wire"]["body"]
    await store(first=body, second=body, third=body)

    [retrieved] = await retriever.retrieve(await retriever.sign([Article(body=body)]))

    assert len(retrieved.records) == 1  # one is read in any case
    assert retrieved.passed_over == 2
