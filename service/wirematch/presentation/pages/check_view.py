"""View of a report for editors: the decision in words, then each match."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from wirematch.models import Article, Decision, Match, Relation, Report, Version
from wirematch.presentation.counts import counted
from wirematch.presentation.pages.facts import Facts, evidence_page, facts_of, time_after
from wirematch.presentation.pages.judged_report import without
from wirematch.presentation.pages.text_size import words_of
from wirematch.presentation.pages.wording import percent

TONES = {
    Decision.NEW: "clear",
    Decision.DUPLICATE: "copy",
    Decision.REWRITE: "rewrite",
    Decision.PARTIAL: "partial",
    Decision.UNDECIDED: "unknown",
}
"""Style names of decisions."""


@dataclass(frozen=True, slots=True)
class MatchCard:
    """One match."""

    match: Match
    facts: Facts
    evidence: str | None
    """URL of the passages; None if the story has no id."""
    after: timedelta | None
    versions: list[Facts]


@dataclass(frozen=True, slots=True)
class CheckView:
    """All that the page of a check shows."""

    article: Facts
    words: int
    decision: Decision
    tone: str
    sentence: str
    """The decision in words."""
    matches: list[MatchCard]
    pickups: list[MatchCard]
    """Stored articles that were published later and derive from the checked one."""
    set_aside: list[MatchCard]
    """Matches that a reader judged wrong."""
    sources: int
    """Number of stories that contribute to it."""
    looked_at: str
    partial_index: bool
    untranslated: str | None
    """Why it was compared in its own language only although it should have been translated."""

    @property
    def heading(self) -> str:
        """Heading of the matches; nobody says of an undecided article that it derives from them."""
        if self.decision is Decision.UNDECIDED and self.matches:
            return "What it resembles"
        return "What it derives from"


def view_check(article: Article, found: Report, base: str, wrong: Collection[str] = ()) -> CheckView:
    """Return the view of a report; ``base`` is the article's page, ``wrong`` the ids of stories readers rejected."""
    report = without(found, wrong)
    return CheckView(
        article=facts_of(article),
        words=words_of(article),
        decision=report.decision,
        tone=TONES[report.decision],
        sentence=decision_in_words(report),
        matches=[_card(match, article, base) for match in report.matches],
        set_aside=[_card(match, article, base) for match in found.matches if match.id in wrong],
        pickups=[_pickup(match, article, base) for match in report.pickups],
        sources=len(report.attribution.stories),
        looked_at=(
            f"{counted(report.index.articles, 'stored article')}, of which "
            f"{counted(report.index.candidates, 'shares', 'share')} wording with this one; "
            f"{counted(report.index.compared, 'was', 'were')} compared, in {report.took_ms:,.0f} ms."
        ),
        partial_index=report.partial_index,
        untranslated=report.untranslated,
    )


def view_related(article: Article, found: Report, base: str) -> list[MatchCard]:
    """Return cards of the related stories in a report made with ``include_related``."""
    return [_card(match, article, base) for match in found.matches if match.relation is Relation.RELATED]


def decision_in_words(report: Report) -> str:
    """Return one or two sentences without jargon."""
    if report.decision is Decision.UNDECIDED:
        return report.why or "There is too little to tell by."
    if report.decision is Decision.NEW or not report.matches:
        if not report.index.articles:
            return "Nothing is stored yet, so there is nothing to compare with."
        return "It derives from no story that is stored."
    best = report.matches[0]
    facts = facts_of(best)
    share = percent(best.coverage.submission)
    credit = "with credit" if best.credited else "without credit"
    story = f"a story by {facts.source}" if facts.named else "a stored story"
    if report.decision is Decision.DUPLICATE:
        return f"{share} of it stands in {story}, nearly word for word, {credit}."
    if report.decision is Decision.REWRITE:
        return f"{share} of it comes from {story}, reworded from end to end, {credit}."
    others = len(report.attribution.stories) - 1
    more = f" {counted(others, 'other story', 'other stories')} contributed, too." if others > 0 else ""
    return f"{share} of it was taken from {story}, {credit}.{more}"


def _card(match: Match, article: Article, base: str) -> MatchCard:
    return MatchCard(
        match=match,
        facts=facts_of(match),
        evidence=evidence_page(base, match.id) if match.id else None,
        after=time_after(match, article),
        versions=[_facts_of_version(version) for version in match.versions],
    )


def _pickup(match: Match, article: Article, base: str) -> MatchCard:
    """Make the card of a pickup, whose evidence is reversed: the pickup took the passages."""
    facts = facts_of(match)
    evidence = evidence_page(facts.page, article.id) if facts.page and article.id else None
    if evidence is None and match.id:
        evidence = f"{evidence_page(base, match.id)}?turned=1"
    return MatchCard(match=match, facts=facts, evidence=evidence, after=time_after(article, match), versions=[])


def _facts_of_version(version: Version) -> Facts:
    return facts_of(version)
