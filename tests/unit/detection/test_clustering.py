"""What is told of clusters, and that nobody is refused when they are away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from wirematch.detection.clustering import Clustering
from wirematch.detection.decision import DecidedSubmission
from wirematch.errors import IndexUnavailableError
from wirematch.models import Decision, Relation
from wirematch.state.clusters import Cluster, ClusterLink, ClusterUpdate, Membership

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
COPY = DecidedSubmission(Decision.DUPLICATE, "copied", None)
LONE = DecidedSubmission(Decision.NEW, None, None)
UPDATE = ClusterUpdate("a", NOON, [ClusterLink("copied", NOON, Relation.COPY, 1.0)])


class Clusters:
    """Every article that it is told of belongs to one cluster."""

    def __init__(self, original: str | None) -> None:
        self._original = original
        self.told: list[ClusterUpdate] = []
        self.left: list[str] = []

    async def settle(self, joining: Sequence[ClusterUpdate]) -> list[str | None]:
        self.told += joining
        return [self._original] * len(joining)

    async def cluster_of(self, *_: object) -> Cluster | None:
        return Cluster(self._original, 1, [Membership(self._original)]) if self._original else None

    async def leave(self, article_ids: Sequence[str]) -> None:
        self.left += article_ids


class Away(Clusters):
    async def settle(self, _: Sequence[ClusterUpdate]) -> list[str | None]:
        raise IndexUnavailableError("gone")

    async def cluster_of(self, *_: object) -> Cluster | None:
        raise IndexUnavailableError("gone")

    async def leave(self, _: Sequence[str]) -> None:
        raise IndexUnavailableError("gone")


async def test_the_original_of_the_cluster_goes_before_what_was_copied():
    assert await Clustering(Clusters("first")).settle([COPY], [UPDATE]) == ["first"]
    assert await Clustering(Clusters(None)).settle([COPY], [UPDATE]) == ["copied"]


async def test_answers_stand_by_their_articles_and_what_derives_from_nothing_is_not_told():
    clusters = Clusters("first")

    assert await Clustering(clusters).settle([LONE, COPY, LONE], [None, UPDATE, None]) == [None, "first", None]
    assert clusters.told == [UPDATE]


async def test_without_derivation_there_is_no_round_trip():
    assert await Clustering(Away(None)).settle([LONE], [None]) == [None]


async def test_without_clusters_the_closest_is_told_and_nobody_is_refused(caplog):
    clustering = Clustering(Away("first"))

    assert await clustering.settle([LONE, COPY], [None, UPDATE]) == [None, "copied"]
    assert await clustering.original_of("a") == "a"
    await clustering.leave(["a"])
    assert caplog.text.count("gone") == 3


async def test_the_original_of_an_article_in_no_cluster_is_itself():
    assert await Clustering(Clusters("first")).original_of("a") == "first"
    assert await Clustering(Clusters(None)).original_of("a") == "a"


async def test_nobody_leaves_where_nothing_goes():
    clusters = Clusters("first")
    await Clustering(clusters).leave([])
    await Clustering(clusters).leave(["a", "b"])

    assert clusters.left == ["a", "b"]
