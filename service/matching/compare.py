"""Compare one submission with one story and say what was found, with the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.matching.alignment import AlignedPassage, Alignment, align
from service.matching.credit import names_source
from service.matching.features import measure
from service.matching.model import DerivationModel
from service.matching.profile import Profile, profile
from service.matching.rarity import Rarity
from service.matching.screening import MEASURED_AT_LEAST, RELATED, WORTH_MEASURING, likeness
from service.matching.sentences import SentenceOverlap, overlap_sentences
from service.models import Article, Coverage, Derivation, Evidence, Match, Passage, PassageKind, Relation, Span
from service.text.prepare import PreparedText, prepare

WHOLLY = 0.75
"""Coverage of the submission from which on a derived text is called wholly derived."""
NEARLY_VERBATIM = 0.8
"""Share of words taken word for word from which on a wholly derived text is called a copy."""
UNLIKELY = 0.1
"""The most that is said of a pair that was not worth measuring; less, the less the two have in common."""
QUOTED = 0.8
"""Share of a passage's words between quotation marks from which on it is called a quotation."""


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """An article ready to be compared."""

    article: Article
    profile: Profile

    @property
    def text(self) -> PreparedText:
        return self.profile.text


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What the numbers alone say of two texts."""

    probability: float
    """That one derives from the other."""
    related: bool
    """Whether they may tell of the same event."""


class Comparer:
    """Turns two texts into evidence; holds the model and the word table and nothing else."""

    def __init__(self, model: DerivationModel, rarity: Rarity) -> None:
        self.model = model
        self.rarity = rarity

    def side(self, article: Article, text: PreparedText | None = None) -> Side:
        """Prepare an article once for all comparisons it will be in; ``text`` where its body is prepared already."""
        return Side(article, profile(text or prepare(article.body, article.headline), self.rarity))

    def compare_articles(self, submission: Article, story: Article) -> Match:
        """What one article owes to another, both seen for the first time."""
        return Match.of(story, self.compare(self.side(submission), self.side(story)))

    def compare(self, submission: Side, story: Side, *, explain_related: bool = True) -> Evidence:
        """What ``submission`` owes to ``story``."""
        return self.explain(submission, story, self.suspect(submission, [story])[0], explain_related=explain_related)

    def suspect(self, submission: Side, stories: Sequence[Side]) -> list[Suspicion]:
        """How likely ``submission`` and each story derive one from the other, whichever from whichever.

        All are screened at once, and only those that are like enough, or the likest, are measured.
        """
        alike = likeness(submission.profile.outline, [story.profile.outline for story in stories])
        alike *= [len(submission.profile) * len(story.profile) > 0 for story in stories]
        suspicions = [
            Suspicion(min(1.0, value / WORTH_MEASURING) * UNLIKELY, related=value >= RELATED)
            for value in alike.tolist()
        ]
        likest = np.argsort(-alike, kind="stable")[:MEASURED_AT_LEAST]
        alike_enough = alike >= WORTH_MEASURING
        alike_enough[likest] = alike[likest] >= RELATED
        measured = np.flatnonzero(alike_enough).tolist()
        pairs = []
        for number in measured:
            mine, theirs = submission.profile, stories[number].profile
            pairs.append(measure_pair(mine, theirs, overlap_sentences(mine, theirs)))
        chances = self.model.probabilities(pairs).tolist()
        for number, chance in zip(measured, chances, strict=True):
            certain = _equal(submission.profile, stories[number].profile)
            suspicions[number] = Suspicion(1.0 if certain else chance, related=True)
        return suspicions

    def explain(self, submission: Side, story: Side, suspicion: Suspicion, *, explain_related: bool = True) -> Evidence:
        """The evidence that ``submission`` derives from ``story``.

        Passages are sought only where the two have something in common, and in a story that is merely related only
        with ``explain_related``: most candidates are, and few callers show them.
        """
        probability = round(suspicion.probability, 4)
        if not suspicion.related:
            return UNRELATED.model_copy(update={"probability": probability})
        derived = suspicion.probability >= self.model.decision
        if not derived and not explain_related:
            return UNRELATED.model_copy(update={"relation": Relation.RELATED, "probability": probability})
        mine, theirs = submission.profile, story.profile
        sentences = overlap_sentences(mine, theirs)
        there, back = align(mine, theirs, sentences), align(theirs, mine, sentences.swapped())
        coverage = there.covered(len(mine))
        verbatim = there.verbatim(len(mine))
        # A reader is shown what was taken; where there is nothing to show, nothing is claimed.
        relation = _relate(derived=derived and coverage > 0, coverage=coverage, verbatim=verbatim)
        return Evidence(
            relation=relation,
            derivation=DERIVATIONS[relation],
            probability=probability,
            coverage=Coverage(submission=round(coverage, 4), story=round(back.covered(len(theirs)), 4)),
            verbatim=round(verbatim, 4),
            credited=names_source(submission.article.body, story.article.source),
            quoted=round(_quoted(there, submission.text), 4),
            passages=[_passage(found, submission.text, story.text) for found in there.passages],
        )


def measure_pair(submission: Profile, story: Profile, sentences: SentenceOverlap) -> dict[str, float]:
    """The features of two texts, whichever is the shorter."""
    if len(submission) <= len(story):
        return measure(submission, story, sentences)
    return measure(story, submission, sentences.swapped())


def _equal(mine: Profile, theirs: Profile) -> bool:
    return np.array_equal(mine.text.words, theirs.text.words)


def _quoted(alignment: Alignment, text: PreparedText) -> float:
    covered = sum(map(len, alignment.passages))
    spoken = sum(int(text.spoken[passage.start : passage.end].sum()) for passage in alignment.passages)
    return spoken / covered if covered else 0.0


def _relate(*, derived: bool, coverage: float, verbatim: float) -> Relation:
    if not derived:
        return Relation.RELATED
    if coverage < WHOLLY:
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


def _passage(found: AlignedPassage, submission: PreparedText, story: PreparedText) -> Passage:
    quoted = submission.spoken[found.start : found.end].mean() >= QUOTED
    kind = PassageKind.VERBATIM if found.verbatim else PassageKind.REWORDED
    return Passage(
        submission=_span(submission, found.start, found.end),
        story=_span(story, found.story_start, found.story_end),
        kind=PassageKind.QUOTE if quoted else kind,
        similarity=round(found.similarity, 4),
    )


def _span(text: PreparedText, start: int, end: int) -> Span:
    return Span(start=int(text.starts[start]), end=int(text.ends[end - 1]))
