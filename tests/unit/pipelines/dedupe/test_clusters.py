from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.pipelines.dedupe.clusters import RowClusters


def at(hour: int) -> datetime:
    return datetime(2026, 3, 1, hour, tzinfo=UTC)


@pytest.fixture
def clusters(tmp_path: Path) -> Iterator[RowClusters]:
    clusters = RowClusters(tmp_path / "clusters.sqlite")
    yield clusters
    clusters.close()


def test_the_first_of_each_cluster_is_kept(clusters):
    for number, related in enumerate([[], ["0"], [], ["1"]]):
        clusters.add(number, str(number), None, related, None)

    assert [number for number, _ in clusters.first()] == [0, 2]


def test_the_first_published_is_kept_where_all_have_times(clusters):
    clusters.add(0, "a", at(12), [], b"note a")
    clusters.add(1, "b", at(9), ["a"], b"note b")
    assert list(clusters.first()) == [(1, b"note b")]
    clusters.add(2, "c", None, ["b"], None)
    assert list(clusters.first()) == [(0, b"note a")]


def test_a_late_story_joins_clusters(clusters):
    clusters.add(0, "a", None, [], None)
    clusters.add(1, "b", None, [], None)
    clusters.add(2, "wire", None, ["a", "b"], None)

    assert [number for number, _ in clusters.first()] == [0]


def test_of_what_was_stored_before_nothing_is_kept(clusters):
    clusters.add(0, "a", None, ["yesterday's"], None)
    clusters.add(1, "b", None, ["a"], None)
    clusters.add(2, "c", None, ["another of yesterday"], None)
    clusters.add(3, "d", None, [], None)
    clusters.add(4, "itself", None, ["itself"], None)
    clusters.add(4, "itself", None, ["itself"], None)  # as after an interruption

    assert [number for number, _ in clusters.first()] == [3]


def test_the_same_id_is_the_same_story(clusters):
    clusters.add(0, "a", None, [], None)
    clusters.add(1, "a", None, [], None)

    assert [number for number, _ in clusters.first()] == [0]


@given(st.lists(st.lists(st.integers(0, 20), max_size=3), max_size=20), st.integers(0, 20))
def test_adding_again_changes_nothing(tmp_path_factory, links, interrupted):
    """And clusters are the connected components."""
    clusters = RowClusters(tmp_path_factory.mktemp("clusters") / "clusters.sqlite")
    added = [(number, [str(link) for link in its if link < number]) for number, its in enumerate(links)]
    for number, related in [*added, *added[interrupted:]]:
        clusters.add(number, str(number), None, related, None)
    component = list(range(len(added)))
    for number, related in added:
        for other in {component[int(one)] for one in related}:
            component = [component[number] if cluster == other else cluster for cluster in component]
    expected = {min(place for place, cluster in enumerate(component) if cluster == one) for one in component}

    assert [number for number, _ in clusters.first()] == sorted(expected)
    clusters.close()
