"""The page of a check: the decision in words, matches, pickups, credit and the original."""

from __future__ import annotations

from datetime import timedelta

import pytest

from support.reported import article, report_on
from wirematch.matching.judge import judge
from wirematch.matching.resources import default_comparer
from wirematch.models import Decision
from wirematch.presentation.credit import Credit
from wirematch.presentation.pages.attribution_view import view_attribution
from wirematch.presentation.pages.check_view import view_check, view_related
from wirematch.presentation.pages.evidence_view import view_evidence
from wirematch.presentation.pages.facts import facts_of
from wirematch.presentation.pages.judged_report import without


def test_a_copy_with_a_later_time_is_listed_once_and_owed_no_credit():
    wire = article("harbour-bridge-wire")
    assert wire.published_at is not None
    later = wire.model_copy(
        update={"id": "later", "source": "Courier", "published_at": wire.published_at + timedelta(1)}
    )
    report = report_on(wire, later)

    view = view_check(wire, report, "/c")

    assert [one.id for one in report.pickups] == ["later"]
    assert ([one.facts.id for one in view.matches], view.pickups) == (["later"], [])
    assert view.matches[0].credit is Credit.NONE
    assert view.sentence.endswith("nearly word for word, though it was published earlier.")
    assert view_evidence(wire, later, report.matches[0]).credit is Credit.NONE
    assert view_evidence(later, wire, report.pickups[0]).credit is not Credit.NONE
    assert view_attribution(wire, report, "/c").contributors[0].credit is Credit.NONE
    set_aside = view_check(wire, report, "/c", {"later"})
    assert [one.facts.id for one in set_aside.pickups] == ["later"]
    assert set_aside.pickups[0].credit is not Credit.NONE


def test_a_decision_says_how_much_of_whom_and_whether_with_credit():
    view = view_check(
        article("strait-accord-rewrite"),
        report_on(*map(article, ("strait-accord-rewrite", "strait-accord-wire"))),
        "/c",
    )

    assert view.decision is Decision.REWRITE
    assert "Halden News Agency (HNA)" in view.sentence
    assert view.sentence.endswith("with credit.")
    assert view.matches[0].after == timedelta(hours=1, minutes=35)
    assert view.matches[0].evidence == "/c/against/strait-accord-wire"


def test_an_empty_index_is_said_to_be_empty():
    assert (
        "Nothing is stored yet"
        in view_check(article("amber-lamps-wire"), report_on(article("amber-lamps-wire")), "/c").sentence
    )


def test_a_match_that_a_reader_called_wrong_is_set_aside_with_its_share(roundup):
    view = view_check(article("half-year-roundup"), roundup, "/c", {"harbour-bridge-wire"})
    left = without(roundup, {"harbour-bridge-wire"})

    assert [card.match.id for card in view.set_aside] == ["harbour-bridge-wire"]
    assert "harbour-bridge-wire" not in {card.match.id for card in view.matches}
    assert left.attribution.original > roundup.attribution.original
    assert sum(
        contribution.share for contribution in left.attribution.stories
    ) + left.attribution.original == pytest.approx(1, abs=1e-3)
    assert without(roundup, {one.id for one in roundup.matches}).decision is Decision.NEW
    assert without(roundup, {"unknown"}) is roundup


def test_the_original_is_named_where_another_match_is_closer():
    closer, wire = article("harbour-bridge-rewrite"), article("harbour-bridge-wire")
    submission = closer.model_copy(update={"id": None, "source": "Kelder Courier", "published_at": None})
    report = report_on(submission, closer, wire).model_copy(update={"original_id": wire.id})
    view = view_check(submission, report, "/c")

    assert [card.facts.id for card in view.matches] == [closer.id, wire.id]
    assert view.original is not None
    assert view.original.id == wire.id
    assert [card.original for card in view.matches] == [False, True]

    unlisted = report_on(submission, closer).model_copy(update={"original_id": wire.id})
    assert view_check(submission, unlisted, "/c", original=wire).original == facts_of(wire)
    assert view_check(submission, unlisted, "/c").original is None
    best = report_on(submission, wire).model_copy(update={"original_id": wire.id})
    assert view_check(submission, best, "/c", original=wire).original is None


def test_an_article_that_others_took_from_is_said_to_be_their_source():
    wire, copy, rewrite = (article(f"harbour-bridge-{name}") for name in ("wire", "copy", "rewrite"))
    said = "It derives from no story that is stored."

    one = view_check(wire, report_on(wire, copy), "/c")
    assert one.sentence == f"{said} A stored article that was published later derives from it."
    assert len(view_check(wire, report_on(wire, copy, rewrite), "/c").pickups) == 2
    both = view_check(wire, report_on(wire, copy, rewrite), "/c").sentence
    assert both == f"{said} Stored articles that were published later derive from it."


def test_a_source_owes_itself_no_credit():
    wire = article("harbour-bridge-wire")
    update = wire.model_copy(update={"id": "update", "published_at": None})
    view = view_check(update, report_on(update, wire), "/c")

    assert view.matches[0].credit is Credit.OWN
    assert "another story by Norwind" in view.sentence
    assert "credit" not in view.sentence
    evidence = view_evidence(update, wire, view.matches[0].match)
    assert evidence.title == "This article copies another story by Norwind nearly word for word"

    unknown = [one.model_copy(update={"source": None}) for one in (update, wire)]
    unnamed = view_check(unknown[0], report_on(*unknown), "/c")
    assert unnamed.matches[0].credit is Credit.NONE  # nobody knows whom to name
    assert "credit" not in unnamed.sentence


def test_related_stories_from_other_days_stand_apart():
    submission, wire = article("harbour-bridge-independent"), article("harbour-bridge-wire")
    old = wire.model_copy(update={"id": "old", "published_at": wire.published_at - timedelta(days=400)})
    undated = wire.model_copy(update={"id": "undated", "published_at": None})
    comparer = default_comparer()
    verdict = judge(
        comparer,
        comparer.prepare(submission),
        [comparer.prepare(one) for one in (old, wire, undated)],
        include_related=True,
        limit=10,
    )
    found = report_on(submission, wire).model_copy(update={"matches": verdict.matches})
    view = view_related(submission, found, "/c")

    assert {card.facts.id for card in view.on_event} == {wire.id, "undated"}
    assert [card.facts.id for card in view.alike] == ["old"]
