"""What the event's other articles hold: phrases that they have, too, say little about who took from whom.

Two reporters on one event share names, stock phrases and what the police said; so do all others who were there. The
stored articles that resemble a submission, which a look-up gives anyway, tell these phrases from those that only two
texts share. Three things must not be mistaken for independent voices: copies of either text, what derives from either
(a story that a hundred outlets took is still theirs), and several pickups of one source, which are one voice. One thing
must not be mistaken for a pickup: another day's report of the same series, which has its formulas and other figures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags
from wirematch.matching.phrases import PhraseKeys, held
from wirematch.matching.profile import Profile, profile
from wirematch.matching.rarity import Rarity

MOST_NEIGHBOURS = 30
"""The likest ones are looked at; further ones share a name and a date."""
DEPENDENT = 0.3
"""Share of the smaller text's phrases of three words from which on two articles are no independent voices."""
CERTAINLY_DEPENDENT = 0.6
"""The same whatever figures the two have."""
LEAST_FIGURES = 5
"""Distinct numbers of the text that has fewer, from which on figures tell two reports of a series apart ..."""
OTHER_FIGURES = 0.3
"""... where they share less than this of them."""
COMMON = 0.1
"""Share of the voices that hold a phrase at which it says a third (1/e) of what it says when nobody else has it ..."""
LEAST_COMMON = 1.0
"""... but never less than one voice."""
MANY = 3
"""So many independent voices that hold a passage make it everybody's: a footer, a disclaimer, a printed statement."""
NAMES = ("unshared_of_shorter", "unshared_rarity_of_shorter", "voices")
"""Features of a pair in its event.

``unshared_of_shorter`` is the share of the phrases of three words of the text that has fewer which the other holds, and
no other voice; ``unshared_rarity_of_shorter`` counts each by how rare its words are; ``voices`` is log(1 + how many
others there are).
"""


class Event:
    """A submission among the stored articles that resemble it, likest first. Made once, asked for every pair."""

    def __init__(self, submission: Profile, neighbours: Sequence[Profile] = ()) -> None:
        self._submission = submission
        self._neighbours = [one for one in neighbours if one is not submission][:MOST_NEIGHBOURS]
        self._shortened: dict[bytes, tuple[Profile, Event]] = {}

    def without(self, dropped: Flags, rarity: Rarity) -> tuple[Profile, Event]:
        """The submission without the flagged ones of its n words, and the event around that; kept for the next pair."""
        key = dropped.tobytes()
        if key not in self._shortened:
            left = profile(self._submission.text.without(dropped), rarity)
            self._shortened[key] = left, Event(left, self._neighbours)
        return self._shortened[key]

    def features(self, story: Profile) -> dict[str, float]:
        """The features in ``NAMES`` of the submission and ``story``, which may be one of the neighbours or not.

        They are the same whichever of the two is the submission; all are finite and at least 0.
        """
        mine, theirs = self._submission.phrases, story.phrases
        shared = np.flatnonzero(self.held_by(story))
        places = np.searchsorted(theirs.keys, mine.keys[shared])
        counts = theirs.own[places] & ~theirs.spoken[places] & mine.own[shared] & ~mine.spoken[shared]
        shared = shared[counts & ~mine.longer[shared]]
        holders, voices = self._others(story)
        weights = np.exp(-holders[shared] / max(LEAST_COMMON, COMMON * voices))
        fewer = max(1, min(mine.own_sizes[0], theirs.own_sizes[0]))
        values = (
            float(weights.sum()) / fewer,
            float((weights * mine.weights[shared]).sum()) / fewer,
            math.log1p(voices),
        )
        return dict(zip(NAMES, values, strict=True))

    def common(self, story: Profile) -> Flags:
        """N flags for the submission's words: within a phrase that ``MANY`` voices other than the two hold."""
        flags = np.zeros(len(self._submission), np.bool_)
        if len(self._neighbours) < MANY or self._voices_in_all < MANY:
            return flags
        holders, _ = self._others(story)
        starts = np.flatnonzero((holders >= MANY)[self._submission.phrases.fours])
        for shift in range(4):
            flags[starts + shift] = True
        return flags

    def held_by(self, story: Profile) -> Flags:
        """Which of the submission's p phrases the story holds."""
        place = self._places.get(id(story))
        if place is not None:
            return np.asarray(self._held[place])
        return np.asarray(held(self._submission.phrases.keys, [story.phrases.keys])[0])

    def _others(self, story: Profile) -> tuple[NDArray[np.intp], int]:
        """How many independent voices hold each of the submission's phrases, and how many there are."""
        bound = np.unique(self._voices[self._close_to_submission | self._close_to(story)])
        return self._holders - self._held_by_voices[bound].sum(axis=0), self._voices_in_all - len(bound)

    @cached_property
    def _places(self) -> dict[int, int]:
        return {id(one): place for place, one in enumerate(self._neighbours)}

    @cached_property
    def _held(self) -> Flags:
        """Which of the submission's phrases each neighbour holds."""
        return held(self._submission.phrases.keys, [one.phrases.keys for one in self._neighbours])

    @cached_property
    def _samples(self) -> _Table:
        """A sample of the phrases of all neighbours."""
        return _Table.of(self._neighbours, lambda one: one.phrases.sample)

    @cached_property
    def _figures(self) -> _Table:
        """The numbers of all neighbours."""
        return _Table.of(self._neighbours, lambda one: one.figures)

    def _close_to(self, text: Profile) -> Flags:
        """Which neighbours are the text itself or depend on it, or it on them."""
        place = self._places.get(id(text))
        if place is not None:
            return np.asarray(self._alike[place])
        return _dependent(self._samples.against(text.phrases.sample), self._figures.against(text.figures))

    @cached_property
    def _close_to_submission(self) -> Flags:
        return self._close_to(self._submission)

    @cached_property
    def _alike(self) -> Flags:
        """Of m neighbours, which depend on which: m x m flags."""
        alike = _dependent(self._samples.among(), self._figures.among())
        np.fill_diagonal(alike, val=True)
        return alike

    @cached_property
    def _voices(self) -> NDArray[np.intp]:
        """Which voice each neighbour belongs to: those that depend on one another, in any number of steps, are one."""
        reached = self._alike.astype(np.float32)
        for _ in range(MOST_NEIGHBOURS.bit_length()):
            reached = (reached @ reached > 0).astype(np.float32)
        if not len(reached):
            return np.empty(0, np.intp)
        return np.asarray(np.unique(reached.argmax(axis=1), return_inverse=True)[1], np.intp)

    @cached_property
    def _held_by_voices(self) -> NDArray[np.int16]:
        """1 where any of a voice holds a phrase, of v voices and p phrases."""
        table = np.zeros((self._voices_in_all, self._held.shape[1]), np.int16)
        for voice, row in zip(self._voices.tolist(), self._held, strict=True):
            table[voice] |= row
        return table

    @cached_property
    def _holders(self) -> NDArray[np.intp]:
        return np.asarray(self._held_by_voices.sum(axis=0))

    @cached_property
    def _voices_in_all(self) -> int:
        return int(self._voices.max(initial=-1)) + 1


Overlap = tuple[NDArray[np.float32], NDArray[np.intp]]
"""How many keys two texts share, and how many the one with fewer has."""


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Which of k keys each of m texts has."""

    known: PhraseKeys
    """k, sorted."""
    held: NDArray[np.float32]
    """m x k: 1 or 0."""
    sizes: NDArray[np.intp]

    @classmethod
    def of(cls, texts: Sequence[Profile], keys_of: Callable[[Profile], PhraseKeys]) -> _Table:
        keys = [keys_of(one) for one in texts]
        sizes = np.array(list(map(len, keys)), np.intp)
        known, columns = np.unique(np.concatenate(keys) if keys else np.empty(0, np.uint32), return_inverse=True)
        table = np.zeros((len(keys), len(known)), np.float32)
        table[np.repeat(np.arange(len(keys)), sizes), columns] = 1
        return cls(known, table, sizes)

    def against(self, keys: PhraseKeys) -> Overlap:
        """M overlaps with one text that has these keys."""
        return self.held @ held(self.known, [keys])[0].astype(np.float32), np.minimum(self.sizes, len(keys))

    def among(self) -> Overlap:
        """M x m overlaps with each other."""
        return self.held @ self.held.T, np.minimum.outer(self.sizes, self.sizes)


def _dependent(phrases: Overlap, figures: Overlap) -> Flags:
    """Whether one of two texts took from the other, or both from a third: by phrases and, in a series, by figures."""
    share = phrases[0] / np.maximum(1, phrases[1])
    of_a_series = (figures[1] >= LEAST_FIGURES) & (figures[0] < OTHER_FIGURES * figures[1])
    return np.asarray((share > DEPENDENT) & ~(of_a_series & (share <= CERTAINLY_DEPENDENT)))
