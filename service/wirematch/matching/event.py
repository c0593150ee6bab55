"""What the event's other articles hold: phrases that they have, too, say little about who took from whom.

Two reporters on one event share names, stock phrases and what the police said; so do all others who were there. The
stored articles that resemble a submission, which a look-up gives anyway, tell these phrases from those that only two
texts share. Three things must not be mistaken for independent voices: copies of either text, what derives from either
(a story that a hundred outlets took is still theirs), and several pickups of one source, which are one voice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wirematch.matching.phrases import Flags, held
from wirematch.matching.profile import Profile

MOST_NEIGHBOURS = 30
"""The likest ones are looked at; further ones share a name and a date."""
DEPENDENT = 0.3
"""Share of the smaller text's phrases of three words from which on two articles are no independent voices."""
COMMON = 0.1
"""Share of the voices that hold a phrase at which it says a third (1/e) of what it says when nobody else has it ..."""
LEAST_COMMON = 1.0
"""... but never less than one voice."""
MANY = 3
"""So many independent voices that hold a passage make it everybody's: a footer, a disclaimer, a printed statement."""
_SAMPLED = np.uint32(4)
"""One in so many phrases is looked at to tell which neighbours belong together."""

NAMES = (
    "unshared_threes_of_shorter", "unshared_threes_of_longer", "unshared_threes", "unshared_fours_of_shorter",
    "unshared_fours_of_longer", "unshared_fours", "unshared_fours_of_shared",
)  # fmt: skip
"""Features of a pair in its event; ``unshared`` are phrases of both texts that no other voice holds."""


class Event:
    """A submission among the stored articles that resemble it, likest first. Made once, asked for every pair."""

    def __init__(self, submission: Profile, neighbours: Sequence[Profile] = ()) -> None:
        self._submission = submission
        self._neighbours = [one for one in neighbours if one is not submission][:MOST_NEIGHBOURS]

    def of(self, submission: Profile) -> Event:
        """The same around another text, as the submission without some of its words."""
        return Event(submission, self._neighbours)

    def features(self, story: Profile) -> dict[str, float]:
        """The features in ``NAMES`` of the submission and ``story``, which may be one of the neighbours or not.

        They are the same whichever of the two is the submission; all are finite and at least 0.
        """
        mine, theirs = self._submission.phrases, story.phrases
        [found] = held(mine.keys, [theirs.keys])
        places = np.searchsorted(theirs.keys, mine.keys[found])
        shared = np.flatnonzero(found)
        counts = theirs.own[places] & ~theirs.spoken[places] & mine.own[shared] & ~mine.spoken[shared]
        shared = shared[counts]
        others = self._held_by_others(story)
        weights = np.exp(-others[:, shared].sum(axis=0) / max(LEAST_COMMON, COMMON * len(others)))
        fours = mine.longer[shared]
        weight_of_threes, weight_of_fours = float(weights[~fours].sum()), float(weights[fours].sum())
        threes_here, fours_here = _own_sizes(self._submission)
        threes_there, fours_there = _own_sizes(story)
        return dict(
            zip(
                NAMES,
                (
                    math.sqrt(weight_of_threes / max(1, min(threes_here, threes_there))),
                    math.sqrt(weight_of_threes / max(1, threes_here, threes_there)),
                    math.log1p(weight_of_threes),
                    math.sqrt(weight_of_fours / max(1, min(fours_here, fours_there))),
                    math.sqrt(weight_of_fours / max(1, fours_here, fours_there)),
                    math.log1p(weight_of_fours),
                    (weight_of_fours + 1) / (int(fours.sum()) + 5),
                ),
                strict=True,
            )
        )

    def common(self, story: Profile) -> Flags:
        """N flags for the submission's words: within a phrase that ``MANY`` voices other than the two hold."""
        size = len(self._submission)
        flags = np.zeros(size, np.bool_)
        if len(self._neighbours) < MANY:
            return flags
        others = self._held_by_others(story)
        if len(others) < MANY:
            return flags
        fours = self._submission.phrases.fours
        starts = np.flatnonzero((others.sum(axis=0) >= MANY)[fours])
        for shift in range(4):
            flags[starts + shift] = True
        return flags

    def _held_by_others(self, story: Profile) -> Flags:
        """Which of the submission's phrases each independent voice holds: v x p flags."""
        if not self._neighbours:
            return np.zeros((0, len(self._submission.phrases.keys)), np.bool_)
        dependent = self._close_to_submission | self._close_to(story)
        bound = np.unique(self._voices[dependent])
        free = ~np.isin(self._voices, bound)
        rows = np.flatnonzero(free)
        if not len(rows):
            return np.zeros((0, self._held.shape[1]), np.bool_)
        rows = rows[np.argsort(self._voices[rows], kind="stable")]
        starts = np.flatnonzero(np.diff(self._voices[rows], prepend=-1))
        return np.asarray(np.logical_or.reduceat(self._held[rows], starts, axis=0))

    @cached_property
    def _held(self) -> Flags:
        """Which of the submission's phrases each neighbour holds."""
        return held(self._submission.phrases.keys, [one.phrases.keys for one in self._neighbours])

    @cached_property
    def _close_to_submission(self) -> Flags:
        return self._close(self._submission, self._held)

    def _close_to(self, story: Profile) -> Flags:
        """Which neighbours are the story itself or depend on it, or it on them."""
        table = held(story.phrases.keys, [one.phrases.keys for one in self._neighbours])
        return self._close(story, table) | np.array([one is story for one in self._neighbours], np.bool_)

    def _close(self, text: Profile, table: Flags) -> Flags:
        """By how many of the reporter's own phrases of three words a neighbour holds."""
        phrases = text.phrases
        own = phrases.own & ~phrases.longer
        smaller = np.minimum(self._sizes, max(1, int(own.sum())))
        return np.asarray(table[:, own].sum(axis=1) > DEPENDENT * np.maximum(1, smaller))

    @cached_property
    def _sizes(self) -> NDArray[np.intp]:
        """Phrases of three words that each neighbour has."""
        return np.array([_sizes(one)[0] for one in self._neighbours], np.intp)

    @cached_property
    def _voices(self) -> NDArray[np.intp]:
        """Which voice each neighbour belongs to: those that depend on one another, over any number of steps, are one.

        Told from a sample of their phrases.
        """
        samples = [_sample(one) for one in self._neighbours]
        _, columns = np.unique(np.concatenate(samples), return_inverse=True)
        sizes = np.array(list(map(len, samples)))
        table = np.zeros((len(samples), int(columns.max(initial=-1)) + 1), np.float32)
        table[np.repeat(np.arange(len(samples)), sizes), columns] = 1
        alike = table @ table.T > DEPENDENT * np.maximum(1, np.minimum.outer(sizes, sizes))
        voices = np.arange(len(samples))
        for row in range(len(samples)):
            together = voices[alike[row]]
            if len(together) and (together != voices[row]).any():
                joined = np.append(together, voices[row])
                voices[np.isin(voices, joined)] = joined.min()
        return voices


def _sample(text: Profile) -> NDArray[np.uint32]:
    phrases = text.phrases
    keys = phrases.keys[phrases.own & ~phrases.longer]
    return np.asarray(keys[(keys >> np.uint32(1)) % _SAMPLED == 0])


def _sizes(text: Profile) -> tuple[int, int]:
    fours = int(text.phrases.longer.sum())
    return len(text.phrases.keys) - fours, fours


def _own_sizes(text: Profile) -> tuple[int, int]:
    """Distinct own phrases of three and of four words."""
    phrases = text.phrases
    fours = int((phrases.own & phrases.longer).sum())
    return int(phrases.own.sum()) - fours, fours
