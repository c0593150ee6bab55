"""The score of a pair of texts."""

from __future__ import annotations

from dataclasses import dataclass

from wirematch.arrays import Floats64
from wirematch.matching.neighbours.event import Event
from wirematch.matching.pairs.pair import Pair
from wirematch.matching.prepared_article import PreparedArticle


@dataclass(frozen=True, slots=True, eq=False)
class PairScore:
    """The score of a pair of texts, and what it was computed from."""

    probability: float
    """Probability that one text derives from the other."""
    derived: bool
    """Whether one is decided to derive from the other: by its probability or because of an excerpt."""
    related: bool
    """Whether they may be about the same event."""
    pair: Pair
    """The two texts without boilerplate, with everything already computed for them."""
    submission: PreparedArticle
    """The article that comes first in ``pair``."""
    whole: bool
    """Whether the texts are derived as a whole, rather than for an excerpt or a part."""
    excerpt: bool = False
    """Whether one text holds an excerpt of the other."""
    part: int | None = None
    """Words of the part that the probability is of; None where it is of the whole texts."""
    event: Event | None = None
    """The event around both; of measured briefs only."""
    features: Floats64 | None = None
    """Feature values in the model's order; None for equal texts and for pairs that were not measured."""

    def seen_from(self, side: PreparedArticle) -> Pair:
        """The pair with ``side`` as the submission."""
        return self.pair if side is self.submission else self.pair.turned

    @property
    def shared_with_others(self) -> float:
        """Share of the phrases common to both that independent voices hold, too; of briefs only, else 0."""
        if self.event is None or not self.whole:
            return 0.0
        submission, story = self.pair.submission, self.pair.story
        return self.event.of_parts(story, submission, story)[1] or 0.0
