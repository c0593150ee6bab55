"""Compare one submission with one story and say what was found, with the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wirematch.matching.alignment import AlignedPassage, Alignment
from wirematch.matching.boilerplate import without_common
from wirematch.matching.credit import AgencyNames, credits_source
from wirematch.matching.event import NAMES as EVENT_NAMES
from wirematch.matching.event import Event, PairsInEvent
from wirematch.matching.features import NAMES as FEATURE_NAMES
from wirematch.matching.features import measure_pairs
from wirematch.matching.mending import MOST_MENDED, is_damaged, mend
from wirematch.matching.model import DecisionModel
from wirematch.matching.pair import Pair
from wirematch.matching.profile import Profile, profile
from wirematch.matching.rarity import Rarity
from wirematch.matching.screening import MEASURED_AT_LEAST, RELATED, WORTH_MEASURING, likeness
from wirematch.models import Article, Coverage, Derivation, Evidence, Match, Passage, PassageKind, Relation, Span
from wirematch.text.prepare import PreparedText, prepare

WHOLLY = 0.75
"""Coverage of the submission from which on a derived text is called wholly derived."""
NEARLY_VERBATIM = 0.8
"""Share of words taken word for word from which on a wholly derived text is called a copy."""
UNLIKELY = 0.1
"""The most that is said of a pair that was not worth measuring; less, the less the two have in common."""
QUOTED = 0.8
"""Share of a passage's words between quotation marks from which on it is called a quotation."""


@dataclass(frozen=True, slots=True, eq=False)
class PreparedArticle:
    """An article ready to be compared."""

    article: Article
    profile: Profile

    @property
    def text(self) -> PreparedText:
        return self.profile.text


@dataclass(frozen=True, slots=True, eq=False)
class PairScore:
    """What the numbers alone say of two texts."""

    probability: float
    """That one derives from the other."""
    derived: bool
    """Whether the one is taken to derive from the other: by its probability, or for what was lifted."""
    related: bool
    """Whether they may tell of the same event."""
    pair: Pair
    """The two, without what everybody has, and what was found on the way."""
    submission: PreparedArticle
    """The first of the two."""
    whole: bool
    """Whether the probability says so; else an excerpt alone does."""

    def seen_from(self, side: PreparedArticle) -> Pair:
        """The pair with this one of the two as the submission."""
        return self.pair if side is self.submission else self.pair.turned


@dataclass(frozen=True, slots=True)
class PairRelation:
    """What a submission owes to a story, in short."""

    relation: Relation
    coverage: float
    """Share of the submission's words that passages cover."""
    verbatim: float


@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """Two texts to be measured, and what their event says of them."""

    pair: Pair
    pairs: PairsInEvent
    """One record."""
    event: Event


class Comparer:
    """Turns two texts into evidence; holds the model, the word table and the names of agencies and nothing else."""

    def __init__(self, model: DecisionModel, rarity: Rarity, agencies: AgencyNames | None = None) -> None:
        """ValueError for a model of features that nobody measures."""
        self.agencies = agencies
        self.model = model
        self.rarity = rarity
        self._columns = [(*FEATURE_NAMES, *EVENT_NAMES).index(name) for name in model.names]

    def side(self, article: Article, text: PreparedText | None = None) -> PreparedArticle:
        """Prepare an article once for all comparisons it will be in; ``text`` where its body is prepared already."""
        return PreparedArticle(
            article, profile(text or prepare(article.body, article.headline, article.body_format), self.rarity)
        )

    def compare_articles(self, submission: Article, story: Article, neighbours: Sequence[Article] = ()) -> Match:
        """What one article owes to another, all seen for the first time; ``neighbours`` are of the same event."""
        mine = self.side(submission)
        event = self.event(mine, map(self.side, neighbours))
        return Match.of(story, self.compare(mine, self.side(story), event=event))

    def event(self, submission: PreparedArticle, neighbours: Iterable[PreparedArticle]) -> Event:
        """What stored articles, likest first, know of the submission's phrases; the two of a pair may be among them."""
        return Event(submission.profile, [side.profile for side in neighbours if side is not submission])

    def compare(
        self,
        submission: PreparedArticle,
        story: PreparedArticle,
        *,
        event: Event | None = None,
        explain_related: bool = True,
    ) -> Evidence:
        """What ``submission`` owes to ``story``; without an event, as if nobody else had written of it."""
        event = event or Event(submission.profile)
        [score] = self.score_pairs(submission, [story], event=event)
        return self.explain(submission, story, score, explain_related=explain_related)

    def score_pairs(
        self, submission: PreparedArticle, stories: Sequence[PreparedArticle], *, event: Event | None = None
    ) -> list[PairScore]:
        """How likely ``submission`` and each story derive one from the other, whichever from whichever.

        All are screened at once, and only those that are like enough, or the likest, are measured. Where no other
        event is given, the stories are each other's neighbours.
        """
        if not stories:
            return []
        event = event or self.event(submission, stories)
        if is_damaged(submission.profile) or any(is_damaged(story.profile) for story in stories):
            return self._score_mended(submission, stories, event)
        return self._score_whole(submission, stories, event)

    def _score_mended(
        self, submission: PreparedArticle, stories: Sequence[PreparedArticle], event: Event
    ) -> list[PairScore]:
        """The same where texts are damaged: the likest pairs are compared as the one text reads the other."""
        scores = self._score_whole(submission, stories, event)
        alike = likeness(submission.profile.outline, [story.profile.outline for story in stories])
        for place in np.argsort(-alike, kind="stable")[:MOST_MENDED].tolist():
            story = stories[place]
            if not (is_damaged(submission.profile) or is_damaged(story.profile)) or scores[place].probability == 1.0:
                continue
            mine, theirs = self._mended(submission, story)
            around = Event(mine.profile, [one.profile for one in stories if one is not story])
            [score] = self._score_whole(mine, [theirs], around)
            if score.probability >= scores[place].probability or score.derived:
                scores[place] = replace(score, submission=submission)
        return scores

    def _mended(self, submission: PreparedArticle, story: PreparedArticle) -> tuple[PreparedArticle, PreparedArticle]:
        """Both as they read beside each other; the submission is mended first, if it is damaged."""
        bodies = submission.article.body, story.article.body
        if is_damaged(submission.profile):
            return self.side(submission.article, mend(submission.text, bodies[0], story.text, bodies[1])), story
        return submission, self.side(story.article, mend(story.text, bodies[1], submission.text, bodies[0]))

    def _score_whole(
        self, submission: PreparedArticle, stories: Sequence[PreparedArticle], event: Event
    ) -> list[PairScore]:
        """Of undamaged texts, or as if they were."""
        profiles = [story.profile for story in stories]
        alike = likeness(submission.profile.outline, [one.outline for one in profiles])
        alike *= [len(submission.profile) * len(one) > 0 for one in profiles]
        likest = np.argsort(-alike, kind="stable")[:MEASURED_AT_LEAST]
        worth_it = alike >= WORTH_MEASURING
        worth_it[likest] = alike[likest] >= RELATED
        pairs = event.pairs(profiles)
        worth_it |= pairs["excerpt"] > 0
        unlikely = np.minimum(1.0, alike / WORTH_MEASURING) * UNLIKELY
        scores = [
            PairScore(
                probability,
                derived=False,
                related=like >= RELATED,
                pair=Pair(submission.profile, one),
                submission=submission,
                whole=False,
            )
            for one, probability, like in zip(profiles, unlikely.tolist(), alike.tolist(), strict=True)
        ]
        measured = np.flatnonzero(worth_it).tolist()
        found = self._measure(submission, [profiles[number] for number in measured], event, pairs[measured])
        for number, score in zip(measured, found, strict=True):
            scores[number] = score
        return scores

    def _measure(
        self, submission: PreparedArticle, stories: Sequence[Profile], event: Event, pairs: PairsInEvent
    ) -> list[PairScore]:
        """Of stories that are like enough, or that share an excerpt; ``pairs`` is what the event says of them."""
        mine = submission.profile
        sides = [_Sides(Pair(mine, story), pairs[number : number + 1], event) for number, story in enumerate(stories)]
        for number in np.flatnonzero(pairs["common"]).tolist():
            pair, around = without_common(mine, stories[number], event, self.rarity, pairs[number])
            if pair.story is not stories[number]:
                sides[number] = _Sides(pair, around.pairs([pair.story]), around)
        asked = [side for side, story in zip(sides, stories, strict=True) if not _equal(mine, story)]
        probabilities = dict(zip(map(id, asked), self._probabilities(asked), strict=True))
        scores = []
        for side, story in zip(sides, stories, strict=True):
            probability = probabilities.get(id(side))
            if probability is None:
                equal = Pair(mine, story)
                scores.append(PairScore(1.0, derived=True, related=True, pair=equal, submission=submission, whole=True))
                continue
            whole = probability >= self.model.decision
            derived = whole or side.pairs["excerpt"][0] > 0
            scores.append(
                PairScore(
                    probability, derived=bool(derived), related=True, pair=side.pair, submission=submission, whole=whole
                )
            )
        return scores

    def _probabilities(self, sides: Sequence[_Sides]) -> list[float]:
        if not sides:
            return []
        alone = measure_pairs([(side.pair.submission, side.pair.story) for side in sides])
        in_event = np.empty((len(sides), len(EVENT_NAMES)))
        for event in {id(side.event): side.event for side in sides}.values():
            numbers = [number for number, side in enumerate(sides) if side.event is event]
            pairs = np.concatenate([sides[number].pairs for number in numbers])
            in_event[numbers] = event.rows([sides[number].pair.story for number in numbers], pairs)
        rows = np.column_stack((alone, in_event))[:, self._columns]
        found: list[float] = self.model.probabilities_of(rows).tolist()
        return found

    def relate(self, submission: PreparedArticle, score: PairScore) -> PairRelation:
        """What ``submission`` owes to the other of the two; RELATED when it is not derived."""
        pair = score.seen_from(submission)
        coverage, verbatim = pair.coverage, pair.verbatim
        # A reader is shown what was taken; where there is nothing to show, nothing is claimed.
        derived = score.derived and coverage > 0
        relation = _relation(derived=derived, whole=score.whole, coverage=coverage, verbatim=verbatim)
        return PairRelation(relation, coverage, verbatim)

    def derives(self, submission: PreparedArticle, story: PreparedArticle) -> bool:
        """Whether ``submission`` derives from ``story``, without the evidence, as if nobody else had written of it."""
        [score] = self.score_pairs(submission, [story], event=Event(submission.profile))
        return score.derived and score.pair.coverage > 0

    def explain(
        self, submission: PreparedArticle, story: PreparedArticle, score: PairScore, *, explain_related: bool = True
    ) -> Evidence:
        """The evidence that ``submission`` derives from ``story``, of which ``score`` tells, either way round.

        Passages are sought only where the two have something in common, and in a story that is merely related only
        with ``explain_related``: most candidates are, and few callers show them.
        """
        probability = round(score.probability, 4)
        if not score.related:
            return UNRELATED.model_copy(update={"probability": probability})
        if not score.derived and not explain_related:
            return UNRELATED.model_copy(update={"relation": Relation.RELATED, "probability": probability})
        found = self.relate(submission, score)
        pair = score.seen_from(submission)
        passages = pair.alignment.passages
        return Evidence(
            relation=found.relation,
            derivation=DERIVATIONS[found.relation],
            probability=probability,
            coverage=Coverage(submission=round(found.coverage, 4), story=round(pair.turned.coverage, 4)),
            verbatim=round(found.verbatim, 4),
            credited=credits_source(submission.article, story.article, self.agencies),
            quoted=round(_quoted(pair.alignment, pair.submission), 4),
            passages=[_passage(passage, pair.submission, pair.story.text) for passage in passages],
        )


def _equal(mine: Profile, theirs: Profile) -> bool:
    return len(mine) == len(theirs) and bool((mine.text.words == theirs.text.words).all())


def _quoted(alignment: Alignment, submission: Profile) -> float:
    covered = sum(map(len, alignment.passages))
    spoken = sum(_spoken(passage, submission) for passage in alignment.passages)
    return spoken / covered if covered else 0.0


def _spoken(passage: AlignedPassage, submission: Profile) -> int:
    """How many of the passage's words somebody is quoted with."""
    own = submission.own_before
    return len(passage) - int(own[passage.end] - own[passage.start])


def _relation(*, derived: bool, whole: bool, coverage: float, verbatim: float) -> Relation:
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


def _passage(found: AlignedPassage, submission: Profile, story: PreparedText) -> Passage:
    quoted = _spoken(found, submission) / len(found) >= QUOTED
    kind = PassageKind.VERBATIM if found.verbatim else PassageKind.REWORDED
    return Passage(
        submission=_span(submission.text, found.start, found.end),
        story=_span(story, found.story_start, found.story_end),
        kind=PassageKind.QUOTE if quoted else kind,
        similarity=round(found.similarity, 4),
    )


def _span(text: PreparedText, start: int, end: int) -> Span:
    return Span(start=int(text.starts[start]), end=int(text.ends[end - 1]))
