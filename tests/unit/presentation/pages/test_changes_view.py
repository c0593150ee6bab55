from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wirematch.models import Article
from wirematch.presentation.pages.changes_view import view_changes

BODIES = st.lists(st.sampled_from(["a", "b", "c", "\n\n"]), max_size=20).map(" ".join).filter(str.strip)


def said(body: str, other: str, *kinds: str) -> str:
    view = view_changes(Article(body=body), Article(body=other))
    return " ".join(one.text for part in view.paragraphs for one in part if one.kind in kinds)


@given(BODIES, BODIES)
def test_both_versions_can_be_read_from_it(before, after):
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


def test_the_same_is_the_same():
    view = view_changes(Article(body="Rain fell."), Article(body="Rain fell."))

    assert (view.added, view.removed, len(view.paragraphs)) == (0, 0, 1)
