"""Explanations, in words, of why two articles were matched or not."""

from __future__ import annotations

import math
from collections.abc import Iterator

from pydantic import Field

from wirematch.models import Derivation, Match, Reason, Relation, Strict
from wirematch.presentation.pages.wording import counted
from wirematch.presentation.plain_article import terminal_safe

STRONG, CLEAR = 1.5, 0.5
"""Weights from which on a reason is called strong or clear."""
USUAL = (
    "Every figure is compared with what is usual among the pairs that the model was trained on, so that even a large "
    "share may speak against."
)
_SAID = {
    Relation.COPY: "is a copy of",
    Relation.REWRITE: "is a rewrite of",
    Relation.PARTIAL: "takes passages from",
    Relation.RELATED: "does not derive from",
    Relation.UNRELATED: "has nothing to do with",
}


class Explanation(Strict):
    """What decided a pair."""

    submission: str = Field(description="As given: a file name or a stored id.")
    story: str
    relation: Relation
    derivation: Derivation
    probability: float
    threshold: float = Field(description="Probability from which on a pair is called derived.")
    speaking_for: list[Reason] = Field(description="The strongest evidence first; without weight, what decides alone.")
    against: list[Reason]
    rest: float | None = Field(
        description="Weaker evidence and the constant term: the log-odds less the weights above. "
        "Absent where the texts were not measured."
    )
    passages: int
    coverage: float = Field(description="Share of the submission's words that the passages cover.")
    notes: list[str] = Field(description="What else a report on the submission depends on.")


def explanation_of(submission: str, story: str, match: Match, threshold: float, notes: list[str]) -> Explanation:
    """Make the explanation of a match that has reasons."""
    speaking_for, against = sides(match)
    return Explanation(
        submission=submission,
        story=story,
        relation=match.relation,
        derivation=match.derivation,
        probability=match.probability,
        threshold=threshold,
        speaking_for=speaking_for,
        against=against,
        rest=_rest(match),
        passages=len(match.passages),
        coverage=match.coverage.submission,
        notes=notes,
    )


def sides(match: Match) -> tuple[list[Reason], list[Reason]]:
    """Return the reasons for and against derivation; what decides alone comes first on its side."""
    deciding = [one for one in match.reasons if one.weight is None]
    derived = match.derivation is not Derivation.NOT
    return (
        (deciding if derived else []) + [one for one in match.reasons if (one.weight or 0) > 0],
        ([] if derived else deciding) + [one for one in match.reasons if (one.weight or 0) < 0],
    )


def strength(reason: Reason) -> str:
    """Return how much a reason counts, in a word."""
    if reason.weight is None:
        return "decides"
    size = abs(reason.weight)
    return "strongly" if size >= STRONG else "clearly" if size >= CLEAR else "a little"


def told(explanation: Explanation) -> Iterator[str]:
    """Yield the lines that a person reads."""
    names = (terminal_safe(name) for name in (explanation.submission, explanation.story))
    yield f" {_SAID[explanation.relation]} ".join(names) + f": {_standing(explanation)}."
    for heading, reasons in (("For it", explanation.speaking_for), ("Against it", explanation.against)):
        yield ""
        yield f"{heading}:" if reasons else f"{heading}: nothing of weight."
        for reason in reasons:
            weight = "" if reason.weight is None else f" ({reason.weight:+.2f})"
            yield f"  {strength(reason) + weight:<18} {reason.text}"
    if explanation.rest is not None:
        yield ""
        yield USUAL
        yield f"Weaker evidence, and the constant term: {explanation.rest:+.2f}."
    yield ""
    yield _shown(explanation)
    yield from explanation.notes


def _rest(match: Match) -> float | None:
    weights = [one.weight for one in match.reasons if one.weight is not None]
    if not weights or not 0 < match.probability < 1:
        return None
    return round(math.log(match.probability / (1 - match.probability)) - sum(weights), 2)


def _standing(explanation: Explanation) -> str:
    said = (
        f"probability {explanation.probability:.2f}, and from {explanation.threshold:.2f} on a pair is called derived"
    )
    reached = explanation.probability >= explanation.threshold
    derived = explanation.derivation is not Derivation.NOT
    if derived and not reached:
        return f"{said}; the first of the following decides anyway"
    if reached and not derived:
        return f"{said}, but no passage can be shown"
    return said


def _shown(explanation: Explanation) -> str:
    if not explanation.passages:
        return "No passages in common."
    shared = counted(explanation.passages, "passage")
    return f"{shared} in common, with {explanation.coverage:.0%} of the first article's words."
