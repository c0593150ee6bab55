from __future__ import annotations

import pytest

from support.comparing import compare
from wirematch.matching.evidence import UNRELATED
from wirematch.models import Derivation, Evidence, PassageKind, Relation
from wirematch.text.furniture.finding import find_furniture


def test_a_copy_is_a_copy(story):
    match = compare(story["copy"], story["wire"])

    assert (match.relation, match.derivation) == (Relation.COPY, Derivation.WHOLLY)
    assert match.probability > 0.99
    assert match.coverage.story > 0.9
    assert match.verbatim > 0.85


def test_a_rewrite_is_a_rewrite(story):
    match = compare(story["rewrite"], story["wire"])

    assert (match.relation, match.derivation) == (Relation.REWRITE, Derivation.WHOLLY)
    assert match.probability > 0.9
    assert match.coverage.submission > 0.7
    assert match.verbatim < 0.5


def test_a_heading_that_stays_is_word_for_word(bridge):
    rewrite, wire = (f"{bridge[kind]['body']}\n\nReactions\n\nNobody spoke." for kind in ("rewrite", "wire"))
    kinds = {
        rewrite[passage.submission.start : passage.submission.end]: (passage.kind, passage.similarity)
        for passage in compare(rewrite, wire).passages
    }

    assert kinds["Reactions"] == (PassageKind.VERBATIM, 1)


def test_an_excerpt_is_partial(story):
    match = compare(story["excerpt"], story["wire"])

    assert (match.relation, match.derivation) == (Relation.PARTIAL, Derivation.PARTIALLY)
    assert match.probability > 0.5
    assert 0.1 < match.coverage.submission < 0.6


def test_an_independent_report_is_not_derived(story):
    match = compare(story["independent"], story["wire"])

    assert match.relation in {Relation.RELATED, Relation.UNRELATED}
    assert match.derivation is Derivation.NOT
    assert match.probability < 0.5


def test_another_story_is_not_derived_and_shares_no_passage(story, stories):
    for other in stories.values():
        if other is not story:
            match = compare(story["rewrite"], other["wire"])
            assert match.derivation is Derivation.NOT
            assert match.probability < 0.05
            assert match.passages == []


def test_a_copy_is_a_copy_in_every_language(foreign):
    assert compare(foreign["copy"], foreign["wire"]).relation is Relation.COPY
    assert compare(foreign["unrelated"], foreign["wire"]).derivation is Derivation.NOT


@pytest.mark.parametrize("kind", ["copy", "rewrite", "excerpt"])
def test_swapping_the_sides_swaps_what_is_covered(story, kind):
    there, back = compare(story[kind], story["wire"]), compare(story["wire"], story[kind])

    assert back.derivation is not Derivation.NOT
    assert back.coverage.submission == pytest.approx(there.coverage.story, abs=0.2)
    assert back.coverage.story == pytest.approx(there.coverage.submission, abs=0.2)


def test_no_passage_touches_the_furniture_of_a_copy(story):
    copy = story["copy"]
    furniture = find_furniture(copy["body"], copy["headline"])
    passages = compare(copy, story["wire"]).passages

    assert passages
    for start, end in furniture:
        assert all(passage.submission.end <= start or passage.submission.start >= end for passage in passages)
    for line in ("Site icon", "Share on Facebook", "Exit mobile version", "Sign up for our newsletter"):
        for passage in passages:
            assert line not in copy["body"][passage.submission.start : passage.submission.end]


@pytest.mark.parametrize("kind", ["copy", "rewrite", "excerpt", "independent"])
def test_passages_point_into_the_texts_as_they_were_submitted(story, kind):
    submission, original = story[kind]["body"], story["wire"]["body"]

    for passage in compare(story[kind], story["wire"]).passages:
        mine = submission[passage.submission.start : passage.submission.end]
        theirs = original[passage.story.start : passage.story.end]
        assert mine == mine.strip() != ""
        assert theirs == theirs.strip() != ""
        if passage.similarity == 1:
            assert mine.casefold().split()[0].strip("“\"'") == theirs.casefold().split()[0].strip("“\"'")


def test_offsets_count_code_points_whatever_stands_before(bridge):
    strange = "😀\u00ad e\u0301 ﬁ ½ İ\n\n"
    plain = compare(bridge["rewrite"], bridge["wire"])
    moved = compare(bridge["rewrite"] | {"body": strange + bridge["rewrite"]["body"]}, bridge["wire"])

    assert [passage.submission.start - len(strange) for passage in moved.passages] == [
        passage.submission.start for passage in plain.passages
    ]
    assert [passage.story for passage in moved.passages] == [passage.story for passage in plain.passages]


def test_quotations_that_are_taken_are_called_so(bridge):
    kinds = {passage.kind for passage in compare(bridge["independent"], bridge["wire"]).passages}

    assert kinds == {"quote"}


def test_reported_speech_in_other_words_is_no_quotation():
    wire = (
        "The ferry company Aldersund Line will put four electric boats on the Tarn crossing in May. Its director, Ruta "
        "Velmar, said the new boats would need eleven minutes for a crossing and burn no oil."
    )
    report = (
        "Four electric boats are to serve the Tarn crossing from May, the ferry company Aldersund Line announced.\n\n"
        "According to director Ruta Velmar, we should reckon with eleven minutes at sea, and with a far quieter "
        "crossing."
    )
    kinds = [passage.kind for passage in compare(report, wire).passages]

    assert kinds == ["reworded", "reworded"]


@pytest.mark.parametrize(
    "body", ["Fire", "Fire in Tolvane", "Four people died.", "Barge hits bridge, four dead, seven missing"]
)
def test_an_equal_text_is_a_copy_however_short(body):
    match = compare(body, body)

    assert match.relation is Relation.COPY
    assert match.coverage.submission == match.coverage.story == 1
    assert [(passage.submission.start, passage.similarity) for passage in match.passages] == [(0, 1)]


@pytest.mark.parametrize("body", ["Tuesday", "Harbour Bridge"])
def test_a_few_words_that_a_story_uses_too_are_no_copy_of_it(bridge, body):
    assert body in bridge["wire"]["body"]
    assert compare(body, bridge["wire"]).relation is not Relation.COPY


@pytest.mark.parametrize(("submission", "story"), [("😀", "Four died."), ("Four died.", "..."), ("😀", "😀")])
def test_a_text_without_words_is_unrelated_to_all(submission, story):
    match = compare(submission, story)

    assert match.relation is Relation.UNRELATED
    assert match.probability == 0
    assert match.passages == []


def test_the_facts_of_the_story_are_given(bridge):
    match = compare(bridge["rewrite"], bridge["wire"])

    assert (match.id, match.source, match.headline) == (
        bridge["wire"]["id"], bridge["wire"]["source"], bridge["wire"]["headline"],
    )  # fmt: skip
    assert match.published_at.isoformat() == bridge["wire"]["published_at"]
    assert match.url == bridge["wire"]["url"]


def test_the_credit_is_read_in_the_submission(bridge):
    assert compare(bridge["copy"], bridge["wire"]).credited
    assert not compare(bridge["rewrite"], bridge["wire"]).credited


def test_nothing_is_said_of_texts_without_anything_in_common():
    match = compare("A barge hit the bridge before dawn.", "Wheat prices rose by a tenth last year.")

    assert match.model_dump(include=set(Evidence.model_fields)) == UNRELATED.model_dump()
