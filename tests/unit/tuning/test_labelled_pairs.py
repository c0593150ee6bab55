from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from wirematch.errors import InvalidPairsError
from wirematch.models import Article, Derivation
from wirematch.models.imprint import Imprint
from wirematch.presentation.pages.facts import article_page, evidence_page
from wirematch.presentation.pages.review_view import labelled_pair, view_review
from wirematch.state.judgements import judgement_of
from wirematch.tuning.labelled_pairs import LabelledPair, StoredId, events_of, read_pairs


def read(**row: object) -> LabelledPair:
    [pair] = read_pairs([json.dumps(row)])
    return pair


def test_texts_articles_and_stored_ids_are_taken():
    pair = read(submission="The bridge fell.", story={"headline": "Bridge", "body": "A bridge fell."}, derived=True)

    assert pair == LabelledPair(
        Article(body="The bridge fell."), Article(headline="Bridge", body="A bridge fell."), True
    )
    assert read(submission_id="a", story={"id": "b"}, derived=False) == LabelledPair(
        StoredId("a"), StoredId("b"), False
    )


@pytest.mark.parametrize("name", ["check:weather", "check:", "check:0815", "checked"])
def test_an_id_that_begins_like_that_of_a_checked_article_is_one_of_a_stored_article(name):
    submission, story = Article(id=name, body="The bridge fell."), Article(id="wire", body="A bridge fell.")
    [row] = view_review(1, [judgement_of(name, submission, story, Derivation.NOT, "")], 0, 10).rows

    assert read(submission_id=name, story="B.", derived=True).submission == StoredId(name)
    assert row.evidence == evidence_page(article_page(name), "wire")


@pytest.mark.parametrize("derivation", Derivation)
def test_labels_of_meter_are_taken(derivation):
    assert read(submission="A.", story="B.", derivation=derivation).derived is (derivation is not Derivation.NOT)


def test_what_the_review_page_exports_is_taken():
    submission = Article(body="The bridge fell.", published_at=datetime(2026, 3, 3, tzinfo=UTC))
    story = Article(id="wire", body="A bridge fell.")
    line = labelled_pair(judgement_of("check:0815", submission, story, Derivation.PARTIALLY, "the second paragraph"))

    assert read_pairs([line, "\n"]) == [
        LabelledPair(Article(body="The bridge fell."), Article(body="A bridge fell."), True)
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[]", "no object"),
        ('{"submission": "A.", "derived": true}', "neither 'story' nor 'story_id'"),
        ('{"submission": "A.", "story": "B."}', "'derived' is to be true or false"),
        ('{"submission": "A.", "story": "B.", "derived": "yes"}', "'derived' is to be true or false"),
        ('{"submission": " ", "story": "B.", "derived": true}', "it contains no text"),
        (
            '{"submission_id": "check:08150815081508150815081508150815", "story": "B.", "derived": true}',
            "is not stored; give its text",
        ),
        ('{"submission": {"body": "A.", "colour": 1}, "story": "B.", "derived": true}', "colour"),
    ],
)
def test_a_line_that_is_no_pair_is_named(line, said):
    with pytest.raises(InvalidPairsError, match="line 2: ") as raised:
        read_pairs(['{"submission": "A.", "story": "B.", "derived": true}', line])
    assert said in str(raised.value)


def test_pairs_that_share_an_article_are_of_one_event():
    a, b, c, d, e = (Article(body=f"Story {letter}.") for letter in "abcde")
    events = events_of([(a, b), (c, d), (c, b), (e, e)])

    assert events[0] == events[1] == events[2] != events[3]


def test_articles_whose_texts_are_not_kept_are_told_apart_by_their_ids():
    imprint = Imprint(b"", b"", 80, known=True)
    one, other = (Article(id=name, body="(not kept)").with_imprint(imprint) for name in ("one", "other"))
    events = events_of(
        [(one, Article(body="Story A.")), (other, Article(body="Story B.")), (one, Article(body="Story C."))]
    )

    assert events[0] == events[2] != events[1]
