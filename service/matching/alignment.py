"""Find the passages that two texts share: runs taken word for word, and sentences that were reworded.

Seeds are runs of five equal words, extended as far as they go (as in plagiarism detection since Potthast et al.
2012, 'seeding, extension, filtering'). What they leave of a sentence counts as reworded when the sentence's
rarity-weighted content stands in one or two neighbouring sentences of the story.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from service.matching.features import SentenceOverlap
from service.matching.profile import Profile, ngram_hashes

SEED_WORDS = 5
MOST_PLACES = 16
"""Places in the story at which one seed is tried."""
MOSTLY_TAKEN = 0.8
"""A sentence with this share of its words in runs was copied with changes; what is left of it was not reworded."""
RUN_STANDS_ALONE = 12
"""A run of so many words is a passage of its own, even inside a reworded sentence."""
REWORDED = 0.45
"""Share of a sentence's weight that must be found in the story for it to count as reworded."""
REWORDED_WORDS = 3
"""Distinct content words that a reworded sentence shares with the story's at the least."""
BRIDGED_WORDS = 3
"""Words that may be changed between two runs which then make one passage ..."""
STILL_VERBATIM = 0.85
"""... as long as this share of its words is unchanged."""
GAINED_BY_NEIGHBOUR = 0.1
"""A second story sentence belongs to a passage when it brings so much more of the submission's sentence."""


@dataclass(frozen=True, slots=True)
class AlignedPassage:
    """Word positions ``[start, end)`` on both sides; ``similarity`` is 1 for a run taken word for word."""

    start: int
    end: int
    story_start: int
    story_end: int
    similarity: float
    verbatim: bool

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Run:
    """``length`` equal words from ``start`` in the submission and ``story_start`` in the story."""

    start: int
    story_start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + self.length

    @property
    def story_end(self) -> int:
        return self.story_start + self.length


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """What two texts share: ``passages`` in the submission's order and without overlap there."""

    passages: list[AlignedPassage]
    runs: list[Run]

    def covered(self, words: int) -> float:
        """Share of the submission's ``words`` that passages cover."""
        return sum(map(len, self.passages)) / words if words else 0.0

    def covered_of_story(self, words: int) -> float:
        """Share of the story's ``words`` that passages come from, each word counted once."""
        used = np.zeros(words, np.bool_)
        for passage in self.passages:
            used[passage.story_start : passage.story_end] = True
        return float(used.mean()) if words else 0.0

    def verbatim(self, words: int) -> float:
        """Share of the submission's ``words`` that stand in runs taken word for word."""
        return sum(run.length for run in self.runs) / words if words else 0.0


def align(submission: Profile, story: Profile, sentences: SentenceOverlap) -> Alignment:
    """Passages of ``submission`` found in ``story``; ``sentences`` is their overlap, as features use it."""
    runs = find_runs(submission.text.words, story.text.words)
    passages: list[AlignedPassage] = []
    remaining = runs
    bounds = submission.text.sentences.tolist()
    for number, (start, end) in enumerate(pairwise(bounds)):
        inside = _cut(remaining, start, end)
        passages.extend(_align_sentence(number, inside, submission, story, sentences))
        remaining = [run for run in remaining if run.end > end]
    return Alignment(_merge(passages), runs)


def find_runs(words: NDArray[np.uint32], story_words: NDArray[np.uint32]) -> list[Run]:
    """Runs of at least ``SEED_WORDS`` equal words, longest extension first come, none overlapping in the submission.

    Any run that the texts share with that length is covered, if perhaps by several of these.
    """
    places: dict[int, list[int]] = defaultdict(list)
    for place, seed in enumerate(ngram_hashes(story_words, SEED_WORDS).tolist()):
        places[seed].append(place)
    mine, theirs = words.tolist(), story_words.tolist()
    seeds = ngram_hashes(words, SEED_WORDS).tolist()
    runs: list[Run] = []
    at, expected = 0, -1
    while at < len(seeds):
        found = places.get(seeds[at])
        if not found:
            at += 1
            continue
        best_length, best_place = 0, 0
        # The place that continues the last run is tried first, so that equal lengths keep the story's order.
        for place in sorted(found, key=lambda place: abs(place - expected))[:MOST_PLACES]:
            length = _extend(mine, theirs, at, place)
            if length > best_length:
                best_length, best_place = length, place
        if best_length < SEED_WORDS:  # a hash met by chance
            at += 1
            continue
        runs.append(Run(at, best_place, best_length))
        at += best_length
        expected = best_place + best_length
    return runs


def _extend(mine: list[int], theirs: list[int], at: int, place: int) -> int:
    length = 0
    most = min(len(mine) - at, len(theirs) - place)
    while length < most and mine[at + length] == theirs[place + length]:
        length += 1
    return length


def _cut(runs: list[Run], start: int, end: int) -> list[Run]:
    """The parts of ``runs`` within ``[start, end)``."""
    pieces = []
    for run in runs:
        if run.start >= end:
            break
        first, last = max(run.start, start), min(run.end, end)
        if first < last:
            pieces.append(Run(first, run.story_start + first - run.start, last - first))
    return pieces


def _align_sentence(
    number: int, runs: list[Run], submission: Profile, story: Profile, sentences: SentenceOverlap
) -> list[AlignedPassage]:
    start, end = submission.text.sentences[number : number + 2].tolist()
    mostly_taken = sum(run.length for run in runs) >= MOSTLY_TAKEN * (end - start)
    partner = None if mostly_taken else _reworded_from(number, submission, story, sentences)
    taken = [
        AlignedPassage(run.start, run.end, run.story_start, run.story_end, 1.0, verbatim=True)
        for run in runs
        if partner is None or run.length >= RUN_STANDS_ALONE
    ]
    if partner is None:
        return taken
    reworded = []
    for first, last in _gaps(start, end, taken):
        # A long run must not vouch for the words around it.
        similarity = _similarity(submission, slice(first, last), story, slice(*partner))
        if similarity >= REWORDED:
            reworded.append(AlignedPassage(first, last, *partner, min(similarity, 0.99), verbatim=False))
    return sorted(taken + reworded, key=lambda passage: passage.start)


def _gaps(start: int, end: int, taken: list[AlignedPassage]) -> list[tuple[int, int]]:
    edges = [start, *(edge for passage in taken for edge in (passage.start, passage.end)), end]
    return [(first, last) for first, last in zip(edges[::2], edges[1::2], strict=True) if last - first > BRIDGED_WORDS]


def _similarity(submission: Profile, mine: slice, story: Profile, theirs: slice) -> float:
    """Share of the submission's words there, by weight, whose stems stand in those of the story."""
    weights = submission.weights[mine]
    found = np.isin(submission.text.stems[mine], story.text.stems[theirs])
    total = float(weights.sum())
    return float(weights[found].sum()) / total if total > 0 else 0.0


def _reworded_from(
    number: int, submission: Profile, story: Profile, sentences: SentenceOverlap
) -> tuple[int, int] | None:
    """Story words from which the submission's sentence was reworded; None if it was not."""
    row = sentences.in_story[number]
    total = float(submission.sentence_weights[number])
    if not len(row) or total == 0:
        return None
    best = int(row.argmax())
    first = last = best
    similarity = float(row[best])
    # A sentence merged from two neighbours finds its content only in both together.
    for neighbour in (best - 1, best + 1):
        if 0 <= neighbour < len(row):
            either = np.maximum(sentences.theirs[best], sentences.theirs[neighbour])
            together = float((sentences.mine[number] * either) @ sentences.weights) / total
            if together > similarity + GAINED_BY_NEIGHBOUR:
                first, last, similarity = min(best, neighbour), max(best, neighbour), together
    source = sentences.theirs[first : last + 1].max(axis=0)
    if similarity < REWORDED or float(sentences.mine[number] @ source) < REWORDED_WORDS:
        return None
    bounds = story.text.sentences
    return int(bounds[first]), int(bounds[last + 1])


def _merge(passages: list[AlignedPassage]) -> list[AlignedPassage]:
    """Join passages that continue each other on both sides."""
    merged: list[AlignedPassage] = []
    for passage in passages:
        joined = _join(merged[-1], passage) if merged else None
        if joined is None:
            merged.append(passage)
        else:
            merged[-1] = joined
    return merged


def _join(before: AlignedPassage, after: AlignedPassage) -> AlignedPassage | None:
    """One passage of two that follow each other; None when they do not, or when it would say too much."""
    if before.verbatim != after.verbatim or after.start - before.end > BRIDGED_WORDS:
        return None
    if before.verbatim:
        follows = 0 <= after.story_start - before.story_end <= BRIDGED_WORDS
    else:  # one sentence of the story, split in two; a reader wants the others side by side
        follows = (before.story_start, before.story_end) == (after.story_start, after.story_end)
    alike = before.similarity * len(before) + after.similarity * len(after)
    words = after.end - before.start if before.verbatim else len(before) + len(after)
    if not follows or (before.verbatim and alike < STILL_VERBATIM * words):
        return None
    return AlignedPassage(
        before.start,
        after.end,
        before.story_start,
        max(before.story_end, after.story_end),
        alike / words,
        before.verbatim,
    )
