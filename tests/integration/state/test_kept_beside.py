"""State of pages beside the index: checked articles, judgements, pickup notes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from wirematch.errors import IndexUnavailableError
from wirematch.index.connections.connection import Store, connect
from wirematch.index.keys import Namespace
from wirematch.models import Article, Coverage, Derivation, Relation, StoryFacts
from wirematch.state.checks import CheckedArticles
from wirematch.state.judgements import Judgements, called_wrong, judgement_of
from wirematch.state.pickup_log import NotedPickup, PickupLog

pytestmark = pytest.mark.anyio
STORY = Article(id="wire", body="The bridge fell at dawn.", source="Norwind")
TAKEN = Article(body="At dawn, the bridge fell.", source="Ledger")


@pytest.fixture
async def store(backend):
    store = Store(connect(backend.url, 5.0), 5.0)
    yield store
    await store.close()


async def test_a_checked_article_is_found_by_its_key_until_its_time_is_over(store, backend, index_name):
    window = timedelta(hours=1)
    checked = CheckedArticles(store, Namespace(index_name), window)
    key = await checked.keep(TAKEN)

    assert await checked.keep(TAKEN) == key
    assert await checked.keep(STORY) != key
    assert await checked.find(key) == TAKEN
    kept = Namespace(index_name).checked_article(key)
    assert 0 < backend.client.pttl(kept) <= window.total_seconds() * 1000
    backend.client.pexpireat(kept, 1)
    assert await checked.find(key) is None
    for nothing in ("", "0" * 32, "../x", key.upper()):
        assert await checked.find(nothing) is None


async def test_what_many_articles_owe_is_noted_at_once(store, backend, index_name):
    """More notes than connections to one server: nobody opened the desk since a large delivery."""
    log = PickupLog(store, Namespace(index_name))
    facts = StoryFacts(id="wire", source="Norwind", headline=None, published_at=None, url=None)
    coverage = Coverage(submission=1.0, story=1.0)
    notes = {
        (f"a{number}", 1): [
            NotedPickup(
                story=facts,
                article=facts.model_copy(update={"id": f"a{number}"}),
                relation=Relation.COPY,
                coverage=coverage,
                verbatim=1.0,
                credited=False,
            )
        ]
        for number in range(300)
    }
    assert await log.find(list(notes)) == {}
    await log.keep(notes)

    assert await log.find(list(notes)) == notes
    if len(backend.servers) == 1:
        assert backend.servers[0].info("clients")["connected_clients"] < 100


async def test_the_last_judgement_of_a_pair_counts_until_it_is_forgotten(store, index_name):
    judgements = Judgements(store, Namespace(index_name))
    await judgements.keep(judgement_of("check:1", TAKEN, STORY, Derivation.WHOLLY, "first"))
    await judgements.keep(judgement_of("other", TAKEN, STORY, Derivation.WHOLLY, ""))
    judged = judgement_of("check:1", TAKEN, STORY, Derivation.NOT, "second")
    await judgements.keep(judged.model_copy(update={"judged_at": judged.judged_at + timedelta(seconds=1)}))

    pairs = [("check:1", "wire"), ("other", "wire"), ("nobody", "wire")]
    found = await judgements.find(pairs)
    assert {pair: one.note for pair, one in found.items()} == {pairs[0]: "second", pairs[1]: ""}
    assert found[pairs[0]].submission == TAKEN
    assert await called_wrong(judgements, pairs) == {pairs[0]}
    total, newest = await judgements.newest(0, 1)
    assert (total, [one.submission_id for one in newest]) == (2, ["check:1"])
    await judgements.forget(*pairs[0])
    assert await called_wrong(judgements, pairs) == set()
    assert (await judgements.newest(0, 9))[0] == 1
    assert await judgements.find([]) == {}


async def test_notes_are_of_one_version(store, index_name):
    log = PickupLog(store, Namespace(index_name))
    facts = StoryFacts(id="wire", source="Norwind", headline=None, published_at=None, url=None)
    note = NotedPickup(
        story=facts,
        article=facts.model_copy(update={"id": "copy"}),
        relation=Relation.COPY,
        coverage=Coverage(submission=1, story=1),
        verbatim=0.9,
        credited=False,
    )
    await log.keep({("copy", 1): [note], ("own", 1): []})

    assert await log.find([("copy", 1), ("copy", 2), ("own", 1)]) == {("copy", 1): [note], ("own", 1): []}
    assert await log.find([]) == {}


async def test_a_store_that_is_away_is_said_to_be(index_name):
    away = Store(connect("redis://127.0.0.1:1", 0.5), 0.5)

    with pytest.raises(IndexUnavailableError):
        await CheckedArticles(away, Namespace(index_name), timedelta(days=1)).keep(TAKEN)
    with pytest.raises(IndexUnavailableError):
        await Judgements(away, Namespace(index_name)).newest(0, 1)
    with pytest.raises(IndexUnavailableError):
        await PickupLog(away, Namespace(index_name)).find([("a", 1)])
    await away.close()
