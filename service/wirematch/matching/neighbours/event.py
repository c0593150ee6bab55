"""The event around a pair: phrases that other reports hold, too, say little about who took from whom.

Two reporters on one event share names, stock phrases and what the police said, and so do all others who were there. The
stored articles that resemble a submission, which a look-up returns anyway, tell these phrases from those that only the
two texts share. Three kinds of articles must not count as independent voices: copies of either text, articles derived
from either (a story that a hundred outlets took is still theirs), and several pickups of one source, which are one
voice.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags, Floats64
from wirematch.kernels.forms.form import Form
from wirematch.kernels.scoring.event import HOLDERS, PAIR, EventRules, EventTable
from wirematch.matching.excerpts import LEAST_EXCERPT, holds_excerpt
from wirematch.matching.neighbours.common_text import LEAST_IN_A_ROW, common_to_both_in_python, long_enough
from wirematch.matching.profiles.phrases import held
from wirematch.matching.profiles.profile import profile
from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.profiles.text_profile import Profile

MOST_NEIGHBOURS = 30
"""Neighbours considered, most similar first; further ones share only a name and a date."""
DEPENDENT = 0.3
"""Share of the smaller text's three-word phrases from which on two articles are not independent."""
COMMON = 0.1
"""Share of the voices holding a phrase at which its weight falls to a third (1/e) of that of an unshared one ..."""
LEAST_COMMON = 1.0
"""... but at least one voice."""
MANY = 3
"""Independent voices that make a passage boilerplate: a footer, a disclaimer, a printed statement."""

PairsInEvent = NDArray[np.void]
"""Event facts of a submission and each of m stories: records of ``PAIR``."""
NAMES = ("unshared_of_shorter", "voices")
"""Features of a pair in its event.

``unshared_of_shorter`` is the share of the three-word phrases of the text with fewer of them that the other text holds
and no other voice does; ``voices`` is log(1 + number of other voices).
"""

_WEIGHTS = np.exp(-np.arange(HOLDERS) / np.maximum(LEAST_COMMON, COMMON * np.arange(HOLDERS))[:, None])
"""Weight of a phrase, by number of voices (rows) and of those that hold it (columns)."""
_VOICES_TOLD = np.log1p(np.arange(HOLDERS))
RULES = EventRules(
    dependent=DEPENDENT,
    many=MANY,
    least_common=LEAST_IN_A_ROW,
    least_excerpt=LEAST_EXCERPT,
    weights=_WEIGHTS,
    voices_told=_VOICES_TOLD,
)


class Event:
    """A submission among the stored articles that resemble it, most similar first. Built once, used for all pairs."""

    def __init__(self, submission: Profile, neighbours: Sequence[Profile] = ()) -> None:
        self._submission = submission
        self._neighbours = [one for one in neighbours if one is not submission][:MOST_NEIGHBOURS]
        self._shortened: dict[bytes, tuple[Profile, Event]] = {}
        self._table: EventTable | None = None

    def without(self, dropped: Flags, rarity: Rarity) -> tuple[Profile, Event]:
        """Return the submission without the flagged ones of its n words, and the event around that; cached."""
        key = dropped.tobytes()
        if key not in self._shortened:
            left = profile(self._submission.text.without(dropped), rarity)
            self._shortened[key] = left, Event(left, self._neighbours)
        return self._shortened[key]

    def pairs(self, stories: Sequence[Profile]) -> PairsInEvent:
        """Return the event facts of the submission with each story; stories may be neighbours or not."""
        known = self.for_kernels(stories)
        if known is None:
            return self.pairs_in_python(stories)
        table, forms, places = known
        found = table.pairs(forms, places)
        return self.pairs_in_python(stories) if found is None else found

    def for_kernels(self, stories: Sequence[Profile]) -> tuple[EventTable, list[Form], list[int]] | None:
        """Return the event, the stories' forms and their indices among the neighbours, or -1; None without kernels."""
        table = self.table
        known = [form for story in stories if (form := story.form) is not None]
        if table is None or len(known) < len(stories):
            return None
        if stories == self._neighbours:  # usual case: no story beside the neighbours
            return table, known, list(range(len(stories)))
        place_of = self._places.get
        return table, known, [place_of(id(story), -1) for story in stories]

    def pairs_in_python(self, stories: Sequence[Profile]) -> PairsInEvent:
        """Reference implementation of the kernel."""
        pairs = np.zeros(len(stories), PAIR)
        for pair, story in zip(pairs, stories, strict=True):
            mine, theirs = self._submission.phrases, story.phrases
            shared = np.flatnonzero(self.held_by(story))
            places = np.searchsorted(theirs.keys, mine.keys[shared])
            counts = theirs.own[places] & ~theirs.spoken[places] & mine.own[shared] & ~mine.spoken[shared]
            shared = shared[counts]
            close = self._close_to(story)
            holders, pair["voices"] = self._others(close)
            fewer = min(self._submission.own_threes, story.own_threes)
            pair["features"] = _features(holders[shared[~mine.longer[shared]]], int(pair["voices"]), fewer)
            pair["excerpt"] = holds_excerpt(self._submission, story)
            common = self._common(close)
            pair["common"] = common.any() and common_to_both_in_python(self._submission, story, common)[1].any()
            pair["close"] = (close * (np.uint64(1) << np.arange(len(close), dtype=np.uint64))).sum(dtype=np.uint64)
        return pairs

    def of_parts(self, story: Profile, mine: Profile, theirs: Profile) -> tuple[Floats64, float | None]:
        """Return the event features of a part of the submission and a part of ``story``; either may be the whole.

        Returns the features in ``NAMES``, and the share that others hold of the three-word phrases which both parts
        have as their own; None if they have none. Dependence is judged by whole texts: a formula may be a third of a
        part, and then all who print it would pass for pickups.
        """
        holders, voices = self._beside(story)
        both = np.intersect1d(_own_threes(mine), _own_threes(theirs), assume_unique=True)
        known = np.isin(self._submission.phrases.keys, both, assume_unique=True)
        row = np.array([_features(holders[known], voices, min(mine.own_threes, theirs.own_threes))])
        return row, 1 - _unshared(holders[known], voices) / len(both) if len(both) else None

    def _beside(self, story: Profile) -> tuple[NDArray[np.intp], int]:
        """Per phrase of the submission, the independent voices beside a story that hold it; and their total."""
        if self.table is None:
            return self._others(self._close_to(story))
        [pair] = self.pairs([story])
        return self.table.holders(int(pair["close"]))

    def features(self, story: Profile) -> dict[str, float]:
        """The features in ``NAMES`` of the submission and ``story``."""
        [row] = self.pairs([story])["features"].tolist()
        return dict(zip(NAMES, row, strict=True))

    def in_common_phrases(self, story: Profile, pair: np.void) -> Flags:
        """Flag the submission's n words within phrases that at least ``MANY`` voices other than the two hold.

        ``pair`` has the event facts of the two.
        """
        if self.table is None:
            return self._common(self._close_to(story))
        return self.table.common_words(int(pair["close"]))

    def _common(self, close: Flags) -> Flags:
        """As ``in_common_phrases``, restricted to long runs; ``close`` neighbours do not count as voices."""
        flags = np.zeros(len(self._submission), np.bool_)
        if len(self._neighbours) < MANY or self._voices_in_all < MANY:
            return flags
        holders, _ = self._others(close)
        starts = np.flatnonzero((holders >= MANY)[self._submission.phrases.fours])
        for shift in range(4):
            flags[starts + shift] = True
        return long_enough(flags)

    @property
    def table(self) -> EventTable | None:
        """The event for the compiled kernel; None without compiled kernels."""
        if self._table is None:  # asked for every submission: a cached property would take a lock
            self._table = EventTable.of(self._submission.form, [one.form for one in self._neighbours], RULES)
        return self._table

    def held_by(self, story: Profile) -> Flags:
        """Flag the submission's p phrases that the story holds."""
        place = self._places.get(id(story))
        if place is not None:
            return np.asarray(self._held[place])
        return np.asarray(held(self._submission.phrases.keys, [story.phrases.keys])[0])

    def _others(self, close: Flags) -> tuple[NDArray[np.intp], int]:
        """Return, per phrase of the submission, the independent voices that hold it, and their total.

        ``close`` flags the neighbours that depend on the other text of the pair.
        """
        bound = np.unique(self._voices[self._close_to_submission | close])
        return self._holders - self._held_by_voices[bound].sum(axis=0), self._voices_in_all - len(bound)

    @cached_property
    def _places(self) -> dict[int, int]:
        return {id(one): place for place, one in enumerate(self._neighbours)}

    @cached_property
    def _held(self) -> Flags:
        """Neighbours x p flags: which phrases of the submission each neighbour holds."""
        return held(self._submission.phrases.keys, [one.phrases.keys for one in self._neighbours])

    @cached_property
    def _samples(self) -> tuple[NDArray[np.uint32], NDArray[np.float32], NDArray[np.intp]]:
        """The union of all neighbours' phrase samples, which of it each neighbour has, and their sample sizes."""
        samples = [one.phrases.sample for one in self._neighbours]
        sizes = np.array(list(map(len, samples)), np.intp)
        joined = np.concatenate(samples) if samples else np.empty(0, np.uint32)
        known, columns = np.unique(joined, return_inverse=True)
        table = np.zeros((len(samples), len(known)), np.float32)
        table[np.repeat(np.arange(len(samples)), sizes), columns] = 1
        return known, table, sizes

    def _close_to(self, text: Profile) -> Flags:
        """Flag neighbours that are the text itself or dependent on it in either direction."""
        known, table, sizes = self._samples
        sample = text.phrases.sample
        row = held(known, [sample])[0].astype(np.float32)
        close = table @ row > DEPENDENT * np.maximum(1, np.minimum(sizes, len(sample)))
        place = self._places.get(id(text))
        if place is not None:
            close[place] = True
        return np.asarray(close)

    @cached_property
    def _close_to_submission(self) -> Flags:
        return self._close_to(self._submission)

    @cached_property
    def _voices(self) -> NDArray[np.intp]:
        """Voice of each neighbour: neighbours dependent on one another, directly or not, are one voice."""
        _, table, sizes = self._samples
        alike = table @ table.T > DEPENDENT * np.maximum(1, np.minimum.outer(sizes, sizes))
        np.fill_diagonal(alike, val=True)
        reached = alike.astype(np.float32)
        for _ in range(MOST_NEIGHBOURS.bit_length()):
            reached = (reached @ reached > 0).astype(np.float32)
        _, voices = np.unique(reached.argmax(axis=1), return_inverse=True) if len(reached) else (None, sizes)
        return np.asarray(voices, np.intp)

    @cached_property
    def _held_by_voices(self) -> NDArray[np.int16]:
        """Of shape v x p: 1 where any article of the voice holds the phrase."""
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


def _unshared(holders: NDArray[np.intp], voices: int) -> float:
    """Sum of the phrases' weights, by the number of their holders; summed in the order of the kernel."""
    counts = np.bincount(holders, minlength=HOLDERS)
    return float((counts * _WEIGHTS[voices]).cumsum()[-1])


def _features(holders: NDArray[np.intp], voices: int, fewer: int) -> tuple[float, float]:
    """The features in ``NAMES`` for shared phrases with these ``holders``; ``fewer`` is the smaller phrase count.

    Symmetric in the two texts; finite and non-negative.
    """
    return _unshared(holders, voices) / max(1, fewer), float(_VOICES_TOLD[voices])


def _own_threes(text: Profile) -> NDArray[np.uint32]:
    """Keys of the three-word phrases outside quotations."""
    phrases = text.phrases
    return phrases.keys[phrases.own & ~phrases.spoken & ~phrases.longer]
