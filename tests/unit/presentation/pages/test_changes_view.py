from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.models import Article
from wirematch.presentation.pages.changes_view import view_changes

BODIES = st.lists(st.sampled_from(["a", "b", "c", "\n\n"]), max_size=20).map(" ".join).filter(str.strip)


def said(body: str, other: str, *kinds: str) -> str:
    view = view_changes(Article(body=body), Article(body=other))
    return " ".join(one.text for part in view.paragraphs for one in part if one.kind in kinds)


@given(BODIES, BODIES, st.sampled_from([0, 4, 30, 2**28]))
def test_both_versions_can_be_read_from_it(before, after, most):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("wirematch.presentation.pages.changes_view.MOST_PAIRS", most)
        check_both_versions_can_be_read(before, after)


def check_both_versions_can_be_read(before, after):
    assert said(before, after, "same", "removed").split() == before.split()
    assert said(before, after, "same", "added").split() == after.split()


def test_words_are_counted_and_paragraphs_kept():
    before, after = "Four people died.\n\nThe bridge is closed.", "Six people died.\n\nThe old bridge is closed."
    view = view_changes(Article(body=before), Article(body=after))

    assert (view.added, view.removed) == (2, 1)
    assert [[(one.kind, one.text) for one in part] for part in view.paragraphs] == [
        [("removed", "Four"), ("added", "Six"), ("same", "people died.")],
        [("same", "The"), ("added", "old"), ("same", "bridge is closed.")],
    ]


def test_of_long_texts_the_words_are_compared_within_paragraphs_that_differ(monkeypatch):
    monkeypatch.setattr("wirematch.presentation.pages.changes_view.MOST_PAIRS", 100)
    paragraphs = ["Four people died.", "The bridge is closed.", "Ferries run.", "Rain fell."]
    before, after = "\n\n".join(paragraphs), "\n\n".join(["Six people died.", *paragraphs[1:3], "Snow fell."])

    assert said(before, after, "removed") == "Four Rain"
    assert said(before, after, "added") == "Six Snow"


def test_texts_whose_words_are_too_many_to_be_compared_are_exchanged_as_a_whole():
    """A bit for each pair of 100,000 words would be 1.2 GB."""
    view = view_changes(Article(body="a b " * 50_000), Article(body="b c " * 50_000))

    assert (view.added, view.removed) == (100_000, 100_000)


def test_the_same_is_the_same():
    view = view_changes(Article(body="Rain fell."), Article(body="Rain fell."))

    assert (view.added, view.removed, len(view.paragraphs)) == (0, 0, 1)
