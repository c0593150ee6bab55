from __future__ import annotations

from datetime import timedelta

import pytest

from support.memory import START, cluster
from wirematch.detection.clustering import Clustering
from wirematch.detection.scheduling.afterwards import Afterwards
from wirematch.detection.submission import DecidedSubmission, Retrieved, Submission
from wirematch.errors import IndexUnavailableError
from wirematch.fingerprint.minhash import FingerprintScheme, fingerprint_many
from wirematch.fingerprint.ranking import NO_POSTINGS, Ranking
from wirematch.index.protocol import Lookup, Placement, PutOutcome
from wirematch.models import Article, Decision, Relation
from wirematch.state.clusters import ClusterLink

pytestmark = pytest.mark.anyio

LINK = ClusterLink("wire", START, Relation.REWRITE, 0.9)
NOWHERE = Lookup(Ranking(NO_POSTINGS.numbers, NO_POSTINGS.numbers.astype(float)), 0)


@pytest.fixture
def clustering(clusters) -> Clustering:
    return Clustering(clusters, Afterwards())


def decided(decision: Decision = Decision.REWRITE, **fields) -> DecidedSubmission:
    article = Article(id="article", body="Four died.")
    [fingerprint] = fingerprint_many([article.body], FingerprintScheme())
    placement = Placement(PutOutcome.CREATED, 1, 1, START + timedelta(minutes=1))
    retrieved = Retrieved(Submission(article, fingerprint, placement), NOWHERE, [], 0, partial=False)
    facts = {"closest_id": "wire", "verdict": None, "sources": [LINK]}
    return DecidedSubmission(retrieved, decision, **(facts | fields))


async def test_an_article_that_derives_from_nothing_takes_no_round_trip(clustering, clusters):
    [joined] = await clustering.join([decided(Decision.NEW, closest_id=None, sources=[])])

    assert joined.original_id is None
    assert clusters.updates == []


async def test_a_rewrite_joins_and_the_original_is_named(clustering, clusters):
    clusters.originals["article"] = "first"

    [joined] = await clustering.join([decided()])

    assert joined.original_id == "first"
    assert clusters.updates[0].stays
    assert clusters.updates[0].sources == [LINK]


@pytest.mark.parametrize(
    "given", [decided(Decision.PARTIAL), decided(Decision.DUPLICATE, dropped=True)], ids=["excerpt", "dropped copy"]
)
async def test_what_takes_passages_or_is_dropped_only_asks(clustering, clusters, given):
    await clustering.join([given])

    assert not clusters.updates[0].stays


async def test_followers_of_an_article_that_joins_nothing_are_left_alone(clustering, clusters):
    await clustering.join([decided(Decision.PARTIAL, followers=[LINK])])

    assert clusters.updates[0].followers == ()


async def test_a_changed_text_leaves_its_cluster_though_it_derives_from_nothing(clustering, clusters):
    await clustering.join([decided(Decision.NEW, closest_id=None, sources=[])], changed=True)

    assert clusters.updates[0].changed


async def test_originals_are_given_to_those_that_asked(clustering, clusters):
    clusters.originals["article"] = "first"
    batch = [decided(Decision.NEW, closest_id=None, sources=[]), decided()]

    assert [one.original_id for one in await clustering.join(batch)] == [None, "first"]


async def test_where_clusters_are_away_the_closest_story_is_named(clustering, clusters):
    clusters.away = True

    [joined] = await clustering.join([decided()])

    assert joined.original_id == "wire"
    assert await clustering.original_of("copy") == "copy"
    await clustering.leave(["copy"])


async def test_a_page_of_an_article_in_no_cluster_is_itself(clustering, index):
    await index.create_many([(Article(id="alone", body="Four died.", kind="wire"), None)])

    page = await clustering.page(index, "alone", 0, 10)

    assert [member.id for member in page.members] == ["alone"]
    assert (page.original_id, page.total) == ("alone", 1)


async def test_members_that_were_deleted_leave_the_cluster_when_it_is_read(clustering, clusters, index):
    await index.create_many([(Article(id=name, body="Four died.", kind="wire"), None) for name in ("a", "c")])
    clusters.clusters["a"] = cluster("a", "b", "c")

    page = await clustering.page(index, "a", 0, 10)

    assert [member.id for member in page.members] == ["a", "c"]
    assert clusters.left == ["b"]


async def test_a_page_asks_for_an_answer_of_the_clusters(clustering, clusters, index):
    await index.create_many([(Article(id="a", body="Four died.", kind="wire"), None)])
    clusters.away = True

    with pytest.raises(IndexUnavailableError):
        await clustering.page(index, "a", 0, 10)


async def test_what_the_clusters_could_not_be_told_they_are_told_with_what_comes_next(clustering, clusters):
    clusters.away = True
    [joined] = await clustering.join([decided()])
    assert joined.original_id == "wire"

    clusters.away = False
    await clustering.join([decided()])
    await clustering.catch_up()

    assert len(clusters.updates) == 1  # the later one is of the same article


async def test_an_update_is_told_when_nothing_comes_next(clustering, clusters):
    clusters.away = True
    await clustering.join([decided()])
    clusters.away = False

    await clustering.catch_up()
    await clustering.catch_up()

    assert [update.id for update in clusters.updates] == ["article"]


async def test_an_article_that_has_left_is_not_put_back(clustering, clusters):
    clusters.away = True
    await clustering.join([decided()])
    clusters.away = False

    await clustering.leave(["article"])
    await clustering.catch_up()

    assert clusters.updates == []


async def test_what_is_noted_is_forgotten_once_the_clusters_know_it(clusters):
    afterwards = Afterwards()
    clustering = Clustering(clusters, afterwards)
    noted = await clustering.add_pending(["article", "other"])
    await clustering.join([decided()])

    assert set(clusters.pending.noted) == {"article", "other"}
    clustering.complete_pending(noted, ["article", "other"])
    await afterwards.finish()

    assert clusters.pending.noted == {}


async def test_what_could_not_be_told_stays_noted(clusters):
    afterwards = Afterwards()
    clustering = Clustering(clusters, afterwards)
    noted = await clustering.add_pending(["article", "other"])
    clusters.away = True
    await clustering.join([decided()])
    clusters.away = False
    clustering.complete_pending(noted, ["article", "other"])
    await afterwards.finish()

    assert set(clusters.pending.noted) == {"article"}


async def test_where_nothing_can_be_noted_nothing_is_refused(clusters, caplog):
    clusters.away = True
    clustering = Clustering(clusters, Afterwards())

    assert await clustering.add_pending(["article"]) is None
    clustering.complete_pending(None, ["article"])

    assert "not noted" in caplog.text
