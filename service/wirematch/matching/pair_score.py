"""What the numbers alone say of two texts."""

from __future__ import annotations

from dataclasses import dataclass

from wirematch.arrays import Floats64
from wirematch.matching.neighbours.event import Event
from wirematch.matching.pairs.pair import Pair
from wirematch.matching.prepared_article import PreparedArticle


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
    """Whether the probability of the texts as a whole says so; else an excerpt or a part does."""
    excerpt: bool = False
    """Whether one text holds an excerpt of the other."""
    part: int | None = None
    """Words of the part that the probability speaks of; None where it speaks of the texts as a whole."""
    event: Event | None = None
    """Around the two, of a brief that was measured."""
    features: Floats64 | None = None
    """What the probability was made of, in the model's order; None of equal texts and of strangers."""

    def seen_from(self, side: PreparedArticle) -> Pair:
        """The pair with this one of the two as the submission."""
        return self.pair if side is self.submission else self.pair.turned

    @property
    def everybodys(self) -> float:
        """Of a brief, the share that independent voices hold of the phrases that both have as their own."""
        if self.event is None or not self.whole:
            return 0.0
        submission, story = self.pair.submission, self.pair.story
        return self.event.of_parts(story, submission, story)[1] or 0.0
