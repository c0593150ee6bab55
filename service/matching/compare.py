"""Compare one submission with one story and say what was found, with the evidence."""

from __future__ import annotations

from dataclasses import dataclass

from service.matching.alignment import AlignedPassage, align
from service.matching.credit import names_source
from service.matching.features import measure, overlap_sentences
from service.matching.model import DerivationModel
from service.matching.profile import Profile, profile
from service.matching.rarity import Rarity
from service.models import Article, Coverage, Derivation, Evidence, Match, Passage, PassageKind, Relation, Span
from service.text.prepare import PreparedText, prepare

WHOLLY = 0.6
"""Coverage of the submission from which on a derived text is called wholly derived."""
NEARLY_VERBATIM = 0.8
"""Share of words taken word for word from which on a wholly derived text is called a copy."""
RELATED = 0.15
"""Share of rarity-weighted content in common from which on a story that is not derived is called related."""
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


class Comparer:
    """Turns two texts into evidence; holds the model and the word table and nothing else."""

    def __init__(self, model: DerivationModel, rarity: Rarity) -> None:
        self.model = model
        self._rarity = rarity

    def side(self, article: Article, text: PreparedText | None = None) -> Side:
        """Prepare an article once for all comparisons it will be in; ``text`` where its body is prepared already."""
        return Side(article, profile(text or prepare(article.body, article.headline), self._rarity))

    def compare_articles(self, submission: Article, story: Article) -> Match:
        """What one article owes to another, both seen for the first time."""
        return Match.of(story, self.compare(self.side(submission), self.side(story)))

    def compare(self, submission: Side, story: Side, *, explain_related: bool = True) -> Evidence:
        """What ``submission`` owes to ``story``.

        Passages are sought only where the two have something in common, and in a story that is merely related only
        with ``explain_related``: most candidates are, and few callers show them.
        """
        if not len(submission.profile) or not len(story.profile):
            return UNRELATED
        sentences = overlap_sentences(submission.profile, story.profile)
        features = measure(submission.profile, story.profile, sentences)
        probability = self.model.probability(features)
        derived = probability >= self.model.threshold
        if not derived and max(features["content_in_story"], features["content_in_submission"]) < RELATED:
            return UNRELATED.model_copy(update={"probability": round(probability, 4)})
        if not derived and not explain_related:
            return UNRELATED.model_copy(update={"relation": Relation.RELATED, "probability": round(probability, 4)})
        alignment = align(submission.profile, story.profile, sentences)
        coverage = alignment.covered(len(submission.profile))
        verbatim = alignment.verbatim(len(submission.profile))
        relation = _relate(derived=derived, coverage=coverage, verbatim=verbatim)
        return Evidence(
            relation=relation,
            derivation=DERIVATIONS[relation],
            probability=round(probability, 4),
            coverage=Coverage(
                submission=round(coverage, 4), story=round(alignment.covered_of_story(len(story.profile)), 4)
            ),
            verbatim=round(verbatim, 4),
            credited=names_source(submission.article.body, story.article.source),
            passages=[_passage(found, submission.text, story.text) for found in alignment.passages],
        )


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
    passages=[],
)


def _passage(found: AlignedPassage, submission: PreparedText, story: PreparedText) -> Passage:
    quoted = submission.quoted[found.start : found.end].mean() >= QUOTED
    kind = PassageKind.VERBATIM if found.verbatim else PassageKind.REWORDED
    return Passage(
        submission=_span(submission, found.start, found.end),
        story=_span(story, found.story_start, found.story_end),
        kind=PassageKind.QUOTE if quoted else kind,
        similarity=round(found.similarity, 4),
    )


def _span(text: PreparedText, start: int, end: int) -> Span:
    return Span(start=int(text.starts[start]), end=int(text.ends[end - 1]))
