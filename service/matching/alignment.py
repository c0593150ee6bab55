"""Find the passages that two texts share: runs taken word for word, and sentences that were reworded.

Seeds are runs of five equal words, extended as far as they go (as in plagiarism detection since Potthast et al.
2012, 'seeding, extension, filtering'). What they leave of a sentence counts as reworded when its rarity-weighted
content stands in one or two neighbouring sentences of the story.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from service.matching.profile import Profile, ngram_hashes
from service.matching.sentences import SentenceOverlap

SEED_WORDS = 5
MOST_PLACES = 16
"""Places in the story at which one seed is tried."""
RUN_STANDS_ALONE = 12
"""A run of so many words is a passage of its own, even inside a reworded sentence."""
MOSTLY_TAKEN = 0.8
"""A sentence with this share of its words in runs was copied with changes, not reworded."""
REWORDED = 0.45
"""Share of a sentence's weight that must be found in the story for it to count as reworded."""
REWORDED_WORDS = 3
"""Distinct content words that a reworded sentence shares with the story's at the least."""
BRIDGED_WORDS = 3
"""Words that may be changed between two runs which then make one passage ..."""
LEAST_PIECE = 3
"""Words of a run beyond a boundary that are worth a passage of their own."""
STILL_VERBATIM = 0.85
"""... as long as this share of its words is unchanged."""
GAINED_BY_NEIGHBOUR = 0.1
"""A second story sentence belongs to a passage when it brings so much more of the submission's sentence."""


@dataclass(frozen=True, slots=True)
class AlignedPassage:
    """Word positions ``[start, end)`` on both sides; ``equal`` is the (weighted) number of words that agree."""

    start: int
    end: int
    story_start: int
    story_end: int
    equal: float
    verbatim: bool

    @property
    def similarity(self) -> float:
        """1 for a run taken word for word, less for anything else."""
        longest = max(self.end - self.start, self.story_end - self.story_start) if self.verbatim else len(self)
        return self.equal / longest

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

    def verbatim(self, words: int) -> float:
        """Share of the submission's ``words`` that stand in runs taken word for word."""
        return sum(run.length for run in self.runs) / words if words else 0.0


def align(submission: Profile, story: Profile, sentences: SentenceOverlap) -> Alignment:
    """Passages of ``submission`` found in ``story``; ``sentences`` is the overlap of their sentences."""
    runs = [
        piece
        for run in find_runs(submission.text.words, story.text.words)
        for piece in _within_parts(run, submission.text.parts, story.text.parts)
    ]
    bounds = list(pairwise(submission.text.sentences.tolist()))
    parts = submission.text.parts
    blocks = [block for block in _merge([_as_passage(run) for run in runs], parts) if _stands_alone(block, bounds)]
    passages = list(blocks)
    for number, (start, end) in enumerate(bounds):
        for first, last in _gaps(blocks, start, end):
            reworded = _reworded(number, first, last, submission, story, sentences)
            # What was not reworded may still hold a short run.
            passages += reworded or _cut(runs, first, last)
    return Alignment(_merge(sorted(passages, key=lambda passage: passage.start), parts), runs)


def find_runs(words: NDArray[np.uint32], story_words: NDArray[np.uint32]) -> list[Run]:
    """Runs of equal words that together cover, once, every run of ``SEED_WORDS`` that the texts share.

    The longest extension comes first; where two overlap in the submission, the later begins where the earlier ends.
    """
    if len(words) < SEED_WORDS:  # too short to say anything, unless it is the same text
        equal = len(words) > 0 and np.array_equal(words, story_words)
        return [Run(0, 0, len(words))] if equal else []
    seeds, story_seeds = ngram_hashes(words, SEED_WORDS), ngram_hashes(story_words, SEED_WORDS)
    known = np.flatnonzero(np.isin(seeds, story_seeds))
    if not len(known):
        return []
    places: dict[int, list[int]] = defaultdict(list)
    for place in np.flatnonzero(np.isin(story_seeds, seeds[known])).tolist():
        places[int(story_seeds[place])].append(place)
    mine, theirs = words.tolist(), story_words.tolist()
    runs: list[Run] = []
    next_at, done, expected = 0, 0, -1
    for at, seed in zip(known.tolist(), seeds[known].tolist(), strict=True):
        if at < next_at:
            continue
        length, place = _longest(mine, theirs, at, places[seed], expected)
        if length < SEED_WORDS or at + length <= done:  # a hash met by chance, or nothing new
            continue
        begin = max(at, done)
        runs.append(Run(begin, place + begin - at, at + length - begin))
        done, expected = at + length, place + length
        next_at = done - SEED_WORDS + 1  # the next run may begin within this one
    return runs


def _longest(mine: list[int], theirs: list[int], at: int, found: list[int], expected: int) -> tuple[int, int]:
    """The longest extension from ``at`` and its place; of equal ones, the one that continues the story's order."""
    best_length, best_place = 0, 0
    if len(found) > 1:
        found = sorted(found, key=lambda place: abs(place - expected))[:MOST_PLACES]
    for place in found:
        length, most = 0, min(len(mine) - at, len(theirs) - place)
        while length < most and mine[at + length] == theirs[place + length]:
            length += 1
        if length > best_length:
            best_length, best_place = length, place
    return best_length, best_place


def _within_parts(run: Run, parts: NDArray[np.int32], story_parts: NDArray[np.int32]) -> Iterator[Run]:
    """A run cut wherever page furniture stands within it, so that no passage reaches across."""
    mine, theirs = parts[run.start : run.end], story_parts[run.story_start : run.story_end]
    if mine[0] == mine[-1] and theirs[0] == theirs[-1]:
        yield run
        return
    edges = np.flatnonzero((np.diff(mine) > 0) | (np.diff(theirs) > 0)) + 1
    for first, last in pairwise([0, *edges.tolist(), run.length]):
        yield Run(run.start + first, run.story_start + first, last - first)


def _as_passage(run: Run) -> AlignedPassage:
    return AlignedPassage(run.start, run.end, run.story_start, run.story_end, run.length, verbatim=True)


def _stands_alone(block: AlignedPassage, bounds: list[tuple[int, int]]) -> bool:
    if len(block) >= RUN_STANDS_ALONE:
        return True
    return any(min(block.end, end) - max(block.start, start) >= MOSTLY_TAKEN * (end - start) for start, end in bounds)


def _gaps(blocks: list[AlignedPassage], start: int, end: int) -> Iterator[tuple[int, int]]:
    """What ``blocks``, which are in order, leave of a sentence; remnants that a bridge would span are nobody's."""
    within = [(block.start, block.end) for block in blocks if block.start < end and block.end > start]
    for (_, first), (last, _) in pairwise([(start, start), *within, (end, end)]):
        if last - first > BRIDGED_WORDS or (last > first and last - first == end - start):
            yield first, last


def _cut(runs: list[Run], start: int, end: int) -> list[AlignedPassage]:
    """The parts of ``runs`` within ``[start, end)``."""
    pieces = []
    for run in runs:
        first, last = max(run.start, start), min(run.end, end)
        if last - first >= min(LEAST_PIECE, run.length):
            pieces.append(_as_passage(Run(first, run.story_start + first - run.start, last - first)))
    return pieces


def _reworded(  # noqa: PLR0913 - words of a sentence in two texts
    number: int, first: int, last: int, submission: Profile, story: Profile, sentences: SentenceOverlap
) -> list[AlignedPassage]:
    """Words ``[first, last)`` of a sentence as one reworded passage, or none.

    They must be found in the story by themselves: a long run beside them must not vouch for them.
    """
    partner = sentences.partner(number, GAINED_BY_NEIGHBOUR)
    if partner is None:
        return []
    bounds = story.text.sentences
    story_start, story_end = int(bounds[partner[0]]), int(bounds[partner[1]])
    there = set(story.text.stems[story_start:story_end].tolist())
    content = [
        (stem, weight)
        for stem, weight in zip(
            submission.text.stems[first:last].tolist(), submission.weights[first:last].tolist(), strict=True
        )
        if weight > 0
    ]
    total = sum(weight for _, weight in content)
    similarity = sum(weight for stem, weight in content if stem in there) / total if total > 0 else 0.0
    shared = len({stem for stem, _ in content if stem in there})
    if similarity < REWORDED or shared < min(REWORDED_WORDS, last - first):
        return []
    equal = min(similarity, 0.99) * (last - first)
    return [AlignedPassage(first, last, story_start, story_end, equal, verbatim=False)]


def _merge(passages: list[AlignedPassage], parts: NDArray[np.int32]) -> list[AlignedPassage]:
    """Join passages that continue each other on both sides, within one part of the submission."""
    merged: list[AlignedPassage] = []
    for passage in passages:
        joined = None
        if merged and parts[merged[-1].end - 1] == parts[passage.start]:
            joined = _join(merged[-1], passage)
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
    joined = replace(before, end=after.end, story_end=after.story_end, equal=before.equal + after.equal)
    return joined if follows and (not before.verbatim or joined.similarity >= STILL_VERBATIM) else None
