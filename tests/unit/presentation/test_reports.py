"""Reports in the terminal."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

from rich.console import Console

from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Attribution, Decision, Derivation, IndexState, Match, Reason, Relation, Report
from wirematch.presentation.reports import print_match, print_report

BODY = "Four people died when a barge brought down the harbour bridge of Averland, and seven are still missing. " * 3
WHEN = datetime(2026, 3, 3, 10, 40, tzinfo=UTC)


def match_with(story: Article) -> Match:
    return default_comparer().compare_articles(Article(body=BODY), story)


def report_of(*matches: Match, original_id: str | None = "w", pickups: tuple[Match, ...] = ()) -> Report:
    return Report(
        decision=Decision.DUPLICATE if matches else Decision.NEW,
        why=None,
        original_id=original_id,
        matches=list(matches),
        pickups=list(pickups),
        attribution=Attribution(stories=[], original=0),
        index=IndexState(articles=1, candidates=1, compared=1),
        partial_index=False,
        took_ms=1,
    )


def printed(report: Report, *stories: Article, width: int = 200) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_report(console, report, Article(body=BODY), {story.id: story for story in stories if story.id})
    return console.file.getvalue()


def shown(story: Article) -> str:
    return printed(report_of(match_with(story)), story)


def test_a_story_without_a_headline_is_named_by_its_first_words_in_quotation_marks():
    opening = "“Four people died when a barge brought down the harbour bridge of Averland, and seven are …”"
    assert f"Norwind · {opening}" in shown(Article(id="w", source="Norwind", body=BODY))
    assert f"Norwind · {opening}" in shown(Article(id="w", source="Norwind", headline=" ", body=f"<p>{BODY}</p>"))


def test_a_headline_is_shown_alone():
    named = shown(Article(id="w", source="Norwind", headline="Bridge falls", body=BODY))
    assert "Norwind · Bridge falls · w" in named
    assert "“Four" not in named


def test_a_story_is_named_with_its_time_and_a_headline_as_long_as_a_story_is_shortened():
    named = shown(Article(id="w", source="Norwind", headline="Bridge falls", body=BODY, published_at=WHEN))
    assert "Norwind · Bridge falls · 2026-03-03 10:40 +0000 · w" in named
    long = shown(Article(id="w", source="Norwind", headline=BODY, body=BODY))
    assert "Norwind · Four people died" in long
    assert " … " in long
    assert BODY.strip() not in long


def test_the_original_is_named_where_another_match_is_closer():
    closer = Article(id="c", source="Coastal Ledger", headline="Barge", body=BODY)
    wire = Article(id="w", source="Norwind", headline="Bridge falls", body=BODY, published_at=WHEN)
    said = "Its original is Norwind · Bridge falls · 2026-03-03 10:40 +0000 · w."

    assert said in printed(report_of(match_with(closer), match_with(wire)), closer)
    assert said in printed(report_of(match_with(closer)), closer, wire)
    assert "goes back" not in printed(report_of(match_with(closer)), closer)
    assert "goes back" not in printed(report_of(match_with(wire)), wire)


def test_what_derives_from_it_is_listed_although_it_is_new():
    told = printed(report_of(original_id=None, pickups=(match_with(Article(id="w", source="Norwind", body=BODY)),)))

    assert told.startswith("New: derives from no stored story.")
    heading, figures, name = told.partition("Published later, and derived from it:\n")[2].splitlines()[:3]
    assert heading.split("  ")[0] == "relation"
    assert "of that text" in heading
    assert figures.startswith("copy")
    assert name.startswith("  Norwind · ")


def test_a_reason_is_indented_however_narrow_the_terminal():
    reasons = [Reason(weight=None, text=BODY), Reason(weight=-1.5, text=BODY)]
    told = printed(report_of(match_with(Article(id="w", body=BODY)).model_copy(update={"reasons": reasons})), width=80)
    lines = told.partition("decides")[2].partition("\n\n")[0].splitlines()

    assert lines[0].startswith("  Four people")
    assert all(line.startswith((" " * 9, "  -1.50  Four")) for line in lines[1:])
    assert sum(line.startswith("  -1.50") for line in lines) == 1


def test_of_two_texts_of_which_neither_derives_nothing_is_said_to_come_from_the_other():
    same = match_with(Article(id="w", body=BODY))
    related = same.model_copy(update={"relation": Relation.RELATED, "derivation": Derivation.NOT})

    def said(match: Match) -> str:
        console = Console(file=io.StringIO(), width=200)
        print_match(console, match, Article(body=BODY), Article(id="w", body=BODY))
        return console.file.getvalue().splitlines()[0]

    assert "100% of the submission comes from 100% of the story" in said(same)
    assert "but was not taken from it" in said(related)
    assert said(related.model_copy(update={"passages": []})).endswith("the two have no passage in common.")
    assert "comes from" not in said(related)


def test_credit_is_asked_for_only_where_some_is_owed():
    def column(story: Article, taker: Article) -> str:
        match = match_with(story)
        console = Console(file=io.StringIO(), width=200)
        print_report(console, report_of(match), taker, {})
        [figures] = [line for line in console.file.getvalue().splitlines() if line.startswith("copy  ")]
        return figures.split("%")[-1].strip()

    norwind = Article(id="w", source="Norwind", body=BODY, published_at=WHEN)
    courier = Article(source="Courier", body=BODY, published_at=WHEN + timedelta(hours=1))

    assert column(norwind, courier) == "no"
    assert column(norwind, courier.model_copy(update={"source": "Norwind"})) == "same source"
    assert column(norwind, courier.model_copy(update={"published_at": WHEN - timedelta(hours=1)})) == "–"
    assert column(norwind.model_copy(update={"source": None}), courier) == "–"


def test_a_check_against_nothing_says_so():
    nothing = report_of(original_id=None).model_copy(update={"index": IndexState(articles=0, candidates=0, compared=0)})

    assert "New: nothing is stored, so there is nothing to compare it with." in printed(nothing)
