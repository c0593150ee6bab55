"""Reports in the terminal."""

from __future__ import annotations

import io

from rich.console import Console

from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Attribution, Decision, IndexState, Report
from wirematch.presentation.reports import print_report

BODY = "Four people died when a barge brought down the harbour bridge of Averland, and seven are still missing. " * 3


def shown(story: Article) -> str:
    submission = Article(body=BODY)
    match = default_comparer().compare_articles(submission, story)
    state = IndexState(articles=1, candidates=1, compared=1)
    report = Report(
        decision=Decision.DUPLICATE,
        why=None,
        original_id="w",
        matches=[match],
        pickups=[],
        attribution=Attribution(stories=[], original=0),
        index=state,
        partial_index=False,
        took_ms=1,
    )
    console = Console(file=io.StringIO(), width=200)
    print_report(console, report, submission, {"w": story})
    return console.file.getvalue()


def test_a_story_without_a_headline_is_named_by_its_first_words_in_quotation_marks():
    opening = "“Four people died when a barge brought down the harbour bridge of Averland, and seven are …”"
    assert f"Norwind · {opening}" in shown(Article(id="w", source="Norwind", body=BODY))
    assert f"Norwind · {opening}" in shown(Article(id="w", source="Norwind", headline=" ", body=f"<p>{BODY}</p>"))


def test_a_headline_is_shown_alone():
    named = shown(Article(id="w", source="Norwind", headline="Bridge falls", body=BODY))
    assert "Norwind · Bridge falls · w" in named
    assert "“Four" not in named
