"""What a derived text owes to its source, in the words of a report."""

from __future__ import annotations

from wirematch.models import Coverage, Derivation, Evidence, Relation

WHOLLY = 0.75
"""Coverage of the submission from which on a derived text is called wholly derived."""
NEARLY_VERBATIM = 0.8
"""Share of words taken word for word from which on a wholly derived text is called a copy."""


def relation_of(*, derived: bool, whole: bool, coverage: float, verbatim: float) -> Relation:
    """Of a pair that is derived or not, as a whole or in part, with these shares of the submission's words."""
    if not derived:
        return Relation.RELATED
    if coverage < WHOLLY or not whole:  # an excerpt is a part, however short the text around it
        return Relation.PARTIAL
    return Relation.COPY if verbatim >= NEARLY_VERBATIM else Relation.REWRITE


DERIVATIONS = {
    Relation.COPY: Derivation.WHOLLY,
    Relation.REWRITE: Derivation.WHOLLY,
    Relation.PARTIAL: Derivation.PARTIALLY,
    Relation.RELATED: Derivation.NOT,
    Relation.UNRELATED: Derivation.NOT,
}

UNRELATED = Evidence(
    relation=Relation.UNRELATED,
    derivation=DERIVATIONS[Relation.UNRELATED],
    probability=0.0,
    coverage=Coverage(submission=0.0, story=0.0),
    verbatim=0.0,
    credited=False,
    quoted=0.0,
    passages=[],
)
