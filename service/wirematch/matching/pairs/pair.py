"""Two texts side by side: what they share is computed once, for measuring, aligning and showing."""

from __future__ import annotations

from functools import cached_property

from wirematch.kernels.pairs.alignment import HowMuch
from wirematch.matching.neighbours.event import Event
from wirematch.matching.pairs.alignment import align, align_measured
from wirematch.matching.pairs.features import measure
from wirematch.matching.pairs.passages import Alignment
from wirematch.matching.pairs.sentences import SentenceOverlap, overlap_sentences
from wirematch.matching.profiles.text_profile import Profile
from wirematch.matching.runs import Run, find_runs


class Pair:
    """A submission and a story."""

    def __init__(self, submission: Profile, story: Profile, how_much: HowMuch | None = None) -> None:
        """``how_much`` of the submission is in passages, if known."""
        self.submission = submission
        self.story = story
        self._how_much = how_much

    @cached_property
    def sentences(self) -> SentenceOverlap:
        """Overlap of their sentences."""
        return overlap_sentences(self.submission, self.story)

    @cached_property
    def runs(self) -> list[Run]:
        """Runs of the submission's words that occur in the story."""
        return find_runs(self.submission.seeds, self.story.seeds)

    @cached_property
    def alignment(self) -> Alignment:
        """Passages of the submission found in the story."""
        found = align_measured(self.submission, self.story, weights_of_story=False)
        return align(self.submission, self.story, self.sentences, self.runs) if found is None else found

    @cached_property
    def turned_alignment(self) -> Alignment:
        """Passages of the story found in the submission."""
        found = align_measured(self.story, self.submission, weights_of_story=True)
        if found is not None:
            return found
        turned = self.turned
        return align(turned.submission, turned.story, turned.sentences, turned.runs)

    @property
    def turned(self) -> Pair:
        """The pair with its texts swapped. Not cached: a reference cycle would wait for the garbage collector."""
        return _Turned(self)

    def features(self, event: Event | None = None) -> dict[str, float]:
        """See ``measure`` and ``Event.features``; symmetric. Without ``event``, as if nobody else had reported it."""
        pair = self if len(self.submission) <= len(self.story) else self.turned
        measured = measure(pair.submission, pair.story, pair.sentences, pair.runs)
        return measured | (event or Event(self.submission)).features(self.story)

    @property
    def coverage(self) -> float:
        """Share of the submission's words that passages cover."""
        return self.how_much.covered / (len(self.submission) or 1)

    @property
    def verbatim(self) -> float:
        """Share of the submission's words that stand in runs taken word for word."""
        return self.how_much.taken / (len(self.submission) or 1)

    @property
    def how_much(self) -> HowMuch:
        """How many of the submission's words are in passages and runs."""
        return self._how_much or self.alignment.how_much


class _Turned(Pair):
    def __init__(self, pair: Pair) -> None:
        super().__init__(pair.story, pair.submission)
        self._pair = pair

    @cached_property
    def sentences(self) -> SentenceOverlap:
        return self._pair.sentences.swapped()

    @cached_property
    def alignment(self) -> Alignment:
        return self._pair.turned_alignment

    @property
    def turned(self) -> Pair:
        return self._pair
