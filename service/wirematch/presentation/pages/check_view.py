"""View of a report for editors: the decision in words, then each match."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from wirematch.models import Article, Decision, Match, Relation, Report, same_source
from wirematch.presentation.credit import Credit, credit_of
from wirematch.presentation.pages.facts import Facts, evidence_page, facts_of, time_after, words_of
from wirematch.presentation.pages.judged_report import without
from wirematch.presentation.pages.wording import counted, in_sentence, manner, on_one_event, percent

TONES = {
    Decision.NEW: "clear",
    Decision.DUPLICATE: "copy",
    Decision.REWRITE: "rewrite",
    Decision.PARTIAL: "partial",
    Decision.UNDECIDED: "unknown",
}
"""Style names of decisions."""
_CREDITS = {Credit.GIVEN: ", with credit", Credit.MISSING: ", without credit"}


@dataclass(frozen=True, slots=True)
class MatchCard:
    """One match."""

    match: Match
    facts: Facts
    evidence: str | None
    """URL of the passages; None if the story has no id."""
    after: timedelta | None
    versions: list[Facts]
    credit: Credit
    original: bool
    """Whether it is the original of the article's cluster."""


@dataclass(frozen=True, slots=True)
class CheckView:
    """All that the page of a check shows."""

    article: Facts
    words: int
    decision: Decision
    tone: str
    sentence: str
    """The decision in words."""
    original: Facts | None
    """The original of its cluster, where that is not the best match."""
    matches: list[MatchCard]
    pickups: list[MatchCard]
    """Stored articles that were published later and derive from the checked one, but for copies among the matches."""
    set_aside: list[MatchCard]
    """Matches that a reader judged wrong."""
    sources: int
    """Number of stories that contribute to it."""
    looked_at: str
    nothing_stored: bool
    partial_index: bool
    untranslated: str | None
    """Why it was compared in its own language only although it should have been translated."""

    @property
    def heading(self) -> str:
        """Heading of the matches; nobody says of an undecided article that it derives from them."""
        if self.decision is Decision.UNDECIDED and self.matches:
            return "What it resembles"
        return "What it derives from"


def view_check(
    article: Article, found: Report, base: str, wrong: Collection[str] = (), original: Article | None = None
) -> CheckView:
    """Return the view of a report; ``base`` is the article's page, ``wrong`` the ids of stories readers rejected.

    ``original`` is the original of its cluster, if the report does not list it.
    """
    report = without(found, wrong)
    listed = {match.id for match in report.matches}
    return CheckView(
        article=facts_of(article),
        words=words_of(article),
        decision=report.decision,
        tone=TONES[report.decision],
        sentence=decision_in_words(report, article),
        original=_original(report, original),
        matches=[_card(match, article, base, report.original_id) for match in report.matches],
        set_aside=[_card(match, article, base) for match in found.matches if match.id in wrong],
        pickups=[_pickup(match, article, base) for match in report.pickups if match.id not in listed],
        sources=len(report.attribution.stories),
        looked_at=(
            f"{counted(report.index.articles, 'stored article')}, of which "
            f"{counted(report.index.candidates, 'shares', 'share')} wording with this one; "
            f"{counted(report.index.compared, 'was', 'were')} compared, in {report.took_ms:,.0f} ms."
        ),
        nothing_stored=not report.index.articles,
        partial_index=report.partial_index,
        untranslated=report.untranslated,
    )


@dataclass(frozen=True, slots=True)
class RelatedView:
    """Stories that resemble an article of which nothing was taken."""

    on_event: list[MatchCard]
    """Those that may be on the same event, most alike first."""
    alike: list[MatchCard]
    """Those that are too far apart in time for that."""

    def __bool__(self) -> bool:
        return bool(self.on_event or self.alike)


def view_related(article: Article, found: Report, base: str) -> RelatedView:
    """Return the related stories in a report made with ``include_related``."""
    cards = [_card(match, article, base) for match in found.matches if match.relation is Relation.RELATED]
    return RelatedView(
        on_event=[card for card in cards if on_one_event(card.after)],
        alike=[card for card in cards if not on_one_event(card.after)],
    )


def unlisted_original(report: Report) -> str | None:
    """Return the id of the original of the article's cluster, if no match and no version of one is it."""
    listed = {one.id for match in report.matches for one in (match, *match.versions)}
    return None if report.original_id in listed else report.original_id


def decision_in_words(report: Report, article: Article) -> str:
    """Return one or two sentences without jargon."""
    if report.decision is Decision.UNDECIDED:
        return report.why or "There is too little to decide."
    if report.decision is Decision.NEW or not report.matches:
        if not report.index.articles:
            return "Nothing is stored yet, so there is nothing to compare with."
        return f"It derives from no story that is stored.{_followers(report)}"
    best = report.matches[0]
    facts = facts_of(best)
    share = percent(best.coverage.submission)
    own = same_source(best, article)
    credit = _CREDITS.get(credit_of(best, article, credited=best.credited), "")
    after = time_after(best, article)
    if after is not None and after < timedelta(0):
        credit = ", though it was published earlier"
    story = f"{'another' if own else 'a'} story by {in_sentence(facts.source)}" if facts.named else "a stored story"
    if report.decision is Decision.DUPLICATE:
        return f"{share} of it stands in {story}, nearly word for word{credit}."
    if report.decision is Decision.REWRITE:
        return f"{share} of it comes from {story}, {manner(best)}{credit}."
    others = len(report.attribution.stories) - 1
    more = f" {counted(others, 'other story', 'other stories')} contributed, too." if others > 0 else ""
    return f"{share} of it was taken from {story}{credit}.{more}"


def _followers(report: Report) -> str:
    if not report.pickups:
        return ""
    if len(report.pickups) == 1:
        return " A stored article that was published later derives from it."
    return " Stored articles that were published later derive from it."


def _original(report: Report, unlisted: Article | None) -> Facts | None:
    if report.original_id is None or not report.matches or report.matches[0].id == report.original_id:
        return None
    listed = [one for match in report.matches for one in (match, *match.versions) if one.id == report.original_id]
    known = listed[0] if listed else unlisted
    return None if known is None else facts_of(known)


def _card(match: Match, article: Article, base: str, original: str | None = None) -> MatchCard:
    return MatchCard(
        match=match,
        facts=facts_of(match),
        evidence=evidence_page(base, match.id) if match.id else None,
        after=time_after(match, article),
        versions=[facts_of(version) for version in match.versions],
        credit=credit_of(match, article, credited=match.credited),
        original=match.id is not None and match.id == original,
    )


def _pickup(match: Match, article: Article, base: str) -> MatchCard:
    """Make the card of a pickup, whose evidence is reversed: the pickup took the passages."""
    facts = facts_of(match)
    evidence = evidence_page(facts.page, article.id) if facts.page and article.id else None
    if evidence is None and match.id:
        evidence = f"{evidence_page(base, match.id)}?turned=1"
    return MatchCard(
        match=match,
        facts=facts,
        evidence=evidence,
        after=time_after(article, match),
        versions=[],
        credit=credit_of(article, match, credited=match.credited),
        original=False,
    )
