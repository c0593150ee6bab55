"""The page of evidence: passages in both texts, the table and the map, and own words."""

from __future__ import annotations

import pytest

from support.reported import article
from wirematch.matching.resources import default_comparer
from wirematch.models import PassageKind
from wirematch.presentation.pages import evidence_view
from wirematch.presentation.pages.evidence_view import ListedPassages, view_evidence
from wirematch.presentation.pages.reuse_map import WIDTH


@pytest.fixture(scope="module")
def evidence():
    submission, story = article("strait-accord-rewrite"), article("strait-accord-wire")
    return submission, story, default_comparer().compare_articles(submission, story)


def test_every_passage_is_in_both_texts_the_table_and_the_map(evidence):
    view = view_evidence(*evidence)
    numbers = set(range(1, len(evidence[2].passages) + 1))

    for text in (view.my_text, view.their_text):
        assert {number for part in text for one in part for number in one.begun} == numbers
    assert {row.number for row in view.rows} == numbers == {one.number for one in view.ribbons}
    assert all(one.x >= 0 and one.x + one.width <= WIDTH + 0.1 for r in view.ribbons for one in (r.above, r.below))
    assert view.title == "Strait Observer rewrites a story by Halden News Agency (HNA)"
    assert view.my_share == evidence[2].coverage.submission


def test_of_many_passages_the_longest_are_listed_first_and_all_are_marked(evidence):
    passages = evidence[2].passages
    length = {number: one.submission.end - one.submission.start for number, one in enumerate(passages, 1)}
    parts = [ListedPassages(5, first) for first in range(0, len(passages), 5)]
    views = [view_evidence(*evidence, listed=part) for part in parts]
    listed = [row.number for view in views for row in view.rows]

    assert len(parts) > 2
    assert sorted(listed) == list(length)
    assert [length[number] for number in listed] == sorted(length.values(), reverse=True)
    for view in views:
        assert {number for part in view.my_text for one in part for number in one.begun} == set(length)
        assert (view.total, sum(view.kinds.values())) == (len(passages), len(passages))
    places = [(part.longer(len(passages)), part.shorter(len(passages))) for part in parts]
    assert places[:2] == [(None, 5), (0, 10)]
    assert places[-1][1] is None
    assert [row.number for row in view_evidence(*evidence, listed=ListedPassages(100)).rows] == list(length)


def test_beyond_the_last_passage_the_last_part_is_listed(evidence):
    total = view_evidence(*evidence).total
    beyond, last = (view_evidence(*evidence, listed=ListedPassages(2, first)) for first in (998, (total - 1) // 2 * 2))

    assert beyond.rows == last.rows != []
    assert beyond.listed == last.listed


def test_the_map_has_the_longest_passages(evidence, monkeypatch):
    monkeypatch.setattr(evidence_view, "MOST_RIBBONS", 3)
    everything = view_evidence(*evidence, listed=ListedPassages(3))

    assert {one.number for one in everything.ribbons} == {row.number for row in everything.rows}


def test_a_name_keeps_its_place_in_a_sentence(evidence):
    submission, story, match = evidence
    arabic = view_evidence(submission.model_copy(update={"source": "الجريدة (2)"}), story, match)
    endless = view_evidence(submission.model_copy(update={"source": "Outlet" * 300}), story, match)

    assert arabic.title.startswith("\u2068الجريدة (2)\u2069 rewrites a story by Halden")
    assert len(endless.title) < 200


def test_own_words_leave_quotations_out(evidence):
    view = view_evidence(*evidence, own=True)
    quotes = [number for number, one in enumerate(evidence[2].passages, 1) if one.kind is PassageKind.QUOTE]

    assert quotes
    assert {row.number for row in view.rows}.isdisjoint(quotes)
    assert PassageKind.QUOTE not in view.kinds
    aside = "".join(one.text for part in view.my_text for one in part if one.aside)
    assert "We would rather have them on the bridge" in aside
    assert 0 < view.my_share <= 1
