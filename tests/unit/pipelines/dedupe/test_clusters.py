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
def groups(tmp_path: Path) -> Iterator[RowClusters]:
    groups = RowClusters(tmp_path / "groups.sqlite")
    yield groups
    groups.close()


def test_the_first_of_each_group_is_kept(groups):
    for number, related in enumerate([[], ["0"], [], ["1"]]):
        groups.add(number, str(number), None, related, None)

    assert [number for number, _ in groups.first()] == [0, 2]


def test_the_first_published_is_kept_where_all_have_times(groups):
    groups.add(0, "a", at(12), [], b"note a")
    groups.add(1, "b", at(9), ["a"], b"note b")
    assert list(groups.first()) == [(1, b"note b")]
    groups.add(2, "c", None, ["b"], None)
    assert list(groups.first()) == [(0, b"note a")]


def test_a_late_story_joins_groups(groups):
    groups.add(0, "a", None, [], None)
    groups.add(1, "b", None, [], None)
    groups.add(2, "wire", None, ["a", "b"], None)

    assert [number for number, _ in groups.first()] == [0]


def test_of_what_was_stored_before_nothing_is_kept(groups):
    groups.add(0, "a", None, ["yesterday's"], None)
    groups.add(1, "b", None, ["a"], None)
    groups.add(2, "c", None, ["another of yesterday"], None)
    groups.add(3, "d", None, [], None)
    groups.add(4, "itself", None, ["itself"], None)
    groups.add(4, "itself", None, ["itself"], None)  # as after an interruption

    assert [number for number, _ in groups.first()] == [3]


def test_the_same_id_is_the_same_story(groups):
    groups.add(0, "a", None, [], None)
    groups.add(1, "a", None, [], None)

    assert [number for number, _ in groups.first()] == [0]


@given(st.lists(st.lists(st.integers(0, 20), max_size=3), max_size=20), st.integers(0, 20))
def test_what_is_told_again_changes_nothing(tmp_path_factory, links, interrupted):
    """And groups are the connected components."""
    groups = RowClusters(tmp_path_factory.mktemp("groups") / "groups.sqlite")
    told = [(number, [str(link) for link in its if link < number]) for number, its in enumerate(links)]
    for number, related in [*told, *told[interrupted:]]:
        groups.add(number, str(number), None, related, None)
    family = list(range(len(told)))
    for number, related in told:
        for other in {family[int(one)] for one in related}:
            family = [family[number] if group == other else group for group in family]
    expected = {min(place for place, group in enumerate(family) if group == one) for one in family}

    assert [number for number, _ in groups.first()] == sorted(expected)
    groups.close()
