"""From a submission and the stories it may derive from to what is decided of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.finding import Found
from service.fingerprint.minhash import Fingerprint
from service.index.story_index import Entry
from service.matching.compare import Comparer, Side
from service.matching.judge import DERIVED, LEAST_WORDS, Verdict, judge
from service.matching.ruling import rule
from service.models import Article, Attribution, Decision, Filters, IndexState, Match, Report
from service.profiles import ProfileCache

NO_FILTERS = Filters()
CERTAINLY_ENOUGH_WORDS = 4 * LEAST_WORDS
"""Of a page of so many words, cleaning leaves enough to tell whether it is new."""


@dataclass(frozen=True, slots=True, eq=False)
class Submission:
    """An article with its fingerprint, and its number where it stands in the index itself."""

    article: Article
    fingerprint: Fingerprint
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What was decided of a submission."""

    decision: Decision
    original_id: str | None
    verdict: Verdict | None
    """None when nobody wants to see the evidence."""


class Settler:
    """Compares submissions with what was found for them. All of it is CPU work, to be called in a thread."""

    def __init__(self, comparer: Comparer, profile_cache: int) -> None:
        self._comparer = comparer
        self._profiles = ProfileCache(comparer, profile_cache)

    def settle(
        self, submissions: Sequence[Submission], found: Sequence[Found], *, drop_duplicates: bool, explain: bool
    ) -> list[Settled]:
        """Decide of one after the other; what is dropped as a duplicate is nobody's original."""
        settled: list[Settled] = []
        dropped: set[int | None] = set()
        for submission, its in zip(submissions, found, strict=True):
            entries = [entry for entry in others(its.entries, submission) if entry.number not in dropped]
            if not explain and entries and _is_plain_copy(submission, entries[0].article):
                outcome = Settled(Decision.DUPLICATE, entries[0].article.id, None)
            elif explain:
                verdict = self.judge(submission, entries)
                outcome = Settled(verdict.decision, _original(verdict), verdict)
            else:
                outcome = self.rule(submission, entries)
            if drop_duplicates and outcome.decision is Decision.DUPLICATE:
                dropped.add(submission.number)
            settled.append(outcome)
        return settled

    def rule(self, submission: Submission, entries: list[Entry]) -> Settled:
        """The decision without evidence."""
        if _is_certainly_new(submission, entries):
            return Settled(Decision.NEW, None, None)
        ruling = rule(self._comparer, self._side(submission), list(map(self._profiles.of, entries)))
        original = ruling.sources[0].story.id if ruling.sources else None
        return Settled(ruling.decision, original, None)

    def judge(self, submission: Submission, entries: list[Entry], filters: Filters = NO_FILTERS) -> Verdict:
        """The verdict with all its evidence."""
        if _is_certainly_new(submission, entries):
            return Verdict(Decision.NEW, None, [], [], Attribution(stories=[], original=1.0))
        side = self._side(submission)
        stories = (self._profiles.of(entry) for entry in entries)
        return judge(self._comparer, side, stories, include_related=filters.include_related, limit=filters.limit)

    def _side(self, submission: Submission) -> Side:
        """The submission prepared; where it is stored, the next one may be compared with it."""
        side = self._comparer.side(submission.article)
        if submission.number is not None:
            self._profiles.keep(submission.number, side)
        return side

    def derived_from(self, story: Article, entries: list[Entry]) -> list[tuple[datetime, Match]]:
        """Those of the entries that derive from the story, with their times."""
        side = self._comparer.side(story)
        candidates = [self._profiles.of(entry) for entry in entries]
        pickups = []
        for entry, other, suspicion in zip(entries, candidates, self._comparer.suspect(side, candidates), strict=True):
            evidence = self._comparer.explain(other, side, suspicion, explain_related=False)
            if evidence.relation in DERIVED:
                when = entry.article.published_at or entry.article.stored_at
                pickups.append((when, Match.of(entry.article, evidence)))
        return pickups


def others(entries: list[Entry], submission: Submission) -> list[Entry]:
    """All but the submission, which is stored itself; it may have moved with its index meanwhile."""
    return [entry for entry in entries if entry.article.id != submission.article.id]


def make_report(verdict: Verdict, found: Found, took_ms: float) -> Report:
    """What a caller sees of a verdict."""
    return Report(
        decision=verdict.decision,
        why=verdict.why,
        original_id=_original(verdict),
        matches=verdict.matches,
        pickups=verdict.pickups,
        attribution=verdict.attribution,
        partial_index=found.partial,
        index=IndexState(
            articles=found.candidates.documents,
            candidates=len(found.candidates.ranking),
            compared=found.looked_at,
        ),
        took_ms=took_ms,
    )


def _original(verdict: Verdict) -> str | None:
    return None if verdict.decision is Decision.NEW or not verdict.matches else verdict.matches[0].id


def _is_certainly_new(submission: Submission, entries: list[Entry]) -> bool:
    """Whether nothing stands against it, and cleaning would leave enough of it to tell."""
    fingerprint = submission.fingerprint
    return not entries and fingerprint.known and fingerprint.words >= CERTAINLY_ENOUGH_WORDS


def _is_plain_copy(submission: Submission, best: Article) -> bool:
    """Whether comparing would say no more than the eye: the best candidate has the very text, and is no later."""
    mine = submission.article
    later = mine.published_at and best.published_at and best.published_at > mine.published_at
    enough = submission.fingerprint.words >= LEAST_WORDS
    return enough and best.body == mine.body and best.headline == mine.headline and not later
