"""Words for decisions, relations, shares and time spans."""

from __future__ import annotations

from datetime import timedelta
from unicodedata import bidirectional

from wirematch.models import Decision, Match, PassageKind, Relation
from wirematch.presentation.plain_article import shortened


def counted(number: int, one: str, several: str | None = None) -> str:
    """Format a number with its noun: '1 story', '2,300 stories'."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


DECISIONS = {
    Decision.NEW: "Nothing taken",
    Decision.DUPLICATE: "A copy",
    Decision.REWRITE: "A rewrite",
    Decision.PARTIAL: "Takes passages",
    Decision.UNDECIDED: "Cannot be decided",
}
RELATIONS = {
    Relation.COPY: "Copy",
    Relation.REWRITE: "Rewrite",
    Relation.PARTIAL: "Takes passages",
    Relation.RELATED: "Own work",
    Relation.UNRELATED: "Unrelated",
}
_AT_LENGTH = {
    Relation.COPY: "{} copies {} nearly word for word",
    Relation.REWRITE: "{} rewrites {}",
    Relation.PARTIAL: "{} takes passages from {}",
    Relation.RELATED: "{} reports the same event as {}, in words of its own",
    Relation.UNRELATED: "{} owes nothing to {}",
}
"""Filled in with an outlet and a story."""
_ALIKE = "{} resembles {}, in words of its own"
MOSTLY, PARTLY = 2 / 3, 1 / 3
"""From which shares of what was taken it was taken mostly or partly word for word."""
LONGEST_EVENT = timedelta(days=7)
"""Stories that are further apart are not said to be on one event."""
KINDS = {
    PassageKind.VERBATIM: "Word for word",
    PassageKind.REWORDED: "Reworded",
    PassageKind.QUOTE: "Quotation",
    PassageKind.TRANSLATED: "In translation",
}
LONG_SPAN = timedelta(days=14)
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


LONGEST_NAME = 80
"""Code points of a name in a sentence; what stands below the sentence has the whole name."""


def in_sentence(name: str) -> str:
    """Return a name, shortened if it is very long, so that it stays in its place in an English sentence.

    A name that is read from right to left is set apart by isolates (https://www.unicode.org/reports/tr9/), or brackets
    and digits beside it would be drawn on its other side.
    """
    short = shortened(name, LONGEST_NAME)
    return f"\u2068{short}\u2069" if any(bidirectional(letter) in {"R", "AL"} for letter in short) else short


def percent(share: float) -> str:
    """Format a share as a whole percentage; shares above 0 never show as 0 %, nor those below 1 as 100 %."""
    rounded = round(share * 100)
    if share > 0 and rounded == 0:
        return "<1%"
    return ">99%" if share < 1 and rounded == 100 else f"{rounded}%"


def chance(probability: float) -> str:
    """Format a probability as a whole percentage, never 0 % or 100 %: a model is never certain."""
    return percent(min(max(probability, 0.0001), 0.9999))


def manner(match: Match) -> str:
    """Say how a rewrite words what it took."""
    covered = match.coverage.submission
    share = match.verbatim / covered if covered else 0.0
    return "most of it word for word" if share >= MOSTLY else "partly word for word" if share >= PARTLY else "reworded"


def on_one_event(after: timedelta | None) -> bool:
    """Whether articles that resemble each other, the one so long after the other, can be on the same event."""
    return after is None or abs(after) <= LONGEST_EVENT


def relation_at_length(match: Match, after: timedelta | None, mine: str, theirs: str) -> str:
    """Say in a sentence what an article owes to a story that it was published ``after``."""
    if match.relation is Relation.RELATED and not on_one_event(after):
        return _ALIKE.format(mine, theirs)
    said = _AT_LENGTH[match.relation].format(mine, theirs)
    how = manner(match)
    return f"{said}, {how}" if match.relation is Relation.REWRITE and how != "reworded" else said


def span_of_time(span: timedelta) -> str:
    """Format a time span in at most two units, '2 hours 5 minutes'; from two weeks on in days alone: '1,134 days'."""
    rest = round(abs(span.total_seconds()))
    if rest >= LONG_SPAN.total_seconds():
        return f"{round(rest / 86_400):,} days"
    told: list[str] = []
    for unit, seconds in _UNITS:
        number, rest = divmod(rest, seconds)
        if number and len(told) < 2:
            told.append(f"{number} {unit}{'s' if number > 1 else ''}")
        elif told:
            break
    return " ".join(told) or "less than a minute"


def short_span(span: timedelta) -> str:
    """Format a time span for a table: '4 h 25 min', '3 days'."""
    return (
        span_of_time(span)
        .replace(" hours", " h")
        .replace(" hour", " h")
        .replace(" minutes", " min")
        .replace(" minute", " min")
    )


def lead(span: timedelta | None) -> str:
    """Format how long after a story an article was published."""
    if span is None:
        return "lead time unknown"
    if not span:
        return "at the same time"
    return f"{span_of_time(span)} {'later' if span > timedelta(0) else 'earlier'}"


def lead_over(span: timedelta | None) -> str:
    """Format the same so that a source can follow: '3 hours later than', Norwind."""
    if span is None:
        return "lead time unknown; from"
    return f"{lead(span)} {'than' if span else 'as'}"


def excerpt(words: int) -> str:
    """Say what decides where one passage does."""
    return f"{words:,} words in a row, word for word"
