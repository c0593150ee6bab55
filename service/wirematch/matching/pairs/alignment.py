"""Find the passages that two texts share: runs taken verbatim and sentences that were reworded.

Seeds are runs of five equal words, extended as far as possible (the 'seeding, extension, filtering' of plagiarism
detection since Potthast et al. 2012). The remainder of a sentence counts as reworded if its rarity-weighted content
occurs in one or two neighbouring sentences of the story.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from functools import cached_property
from itertools import pairwise, starmap

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats64
from wirematch.kernels.pairs import alignment as compiled
from wirematch.kernels.pairs.alignment import PASSAGE, HowMuch, Rules, find_passages
from wirematch.kernels.pairs.runs import RUN
from wirematch.matching.pairs.sentences import ROUNDING, SentenceOverlap
from wirematch.matching.profiles.text_profile import Profile
from wirematch.matching.runs import Run, find_runs

RUN_STANDS_ALONE = 12
"""Words from which on a run is a passage of its own, even inside a reworded sentence."""
MOSTLY_TAKEN = 0.8
"""Share of a sentence's words in runs from which on it was copied with changes rather than reworded."""
REWORDED = 0.45
"""Least share of a sentence's weight that must occur in the story for it to count as reworded."""
REWORDED_WORDS = 3
"""Least distinct content words that a reworded sentence shares with the story's. A sentence with fewer words, such as a
heading, must share all of them, and only with a sentence that has no more words than this."""
BRIDGED_WORDS = 3
"""Words that may differ between two runs that are joined into one passage ..."""
LEAST_PIECE = 3
"""Words from which on a piece of a run beyond a boundary is a passage of its own, and any passage that none adjoins."""
STILL_VERBATIM = 0.85
"""... as long as this share of its words is unchanged."""
GAINED_BY_NEIGHBOUR = 0.1
"""Least additional share of the submission's sentence for which a second story sentence joins a passage."""
LEAST_WEIGHT = 9.0
"""Least weight (in nats, see ``Rarity``) of a run that is no part of a longer passage: about that of one word which no
story of the word table has. Runs below it are stock phrases, such as 'told reporters on Tuesday that'."""


RULES = Rules(
    run_stands_alone=RUN_STANDS_ALONE,
    reworded_words=REWORDED_WORDS,
    bridged_words=BRIDGED_WORDS,
    least_piece=LEAST_PIECE,
    mostly_taken=MOSTLY_TAKEN,
    reworded=REWORDED,
    still_verbatim=STILL_VERBATIM,
    gained_by_neighbour=GAINED_BY_NEIGHBOUR,
    least_weight=LEAST_WEIGHT,
    rounding=ROUNDING,
)


@dataclass(frozen=True, slots=True)
class AlignedPassage:
    """Word positions ``[start, end)`` in both texts; ``equal`` is the (weighted) number of words that agree."""

    start: int
    end: int
    story_start: int
    story_end: int
    equal: float
    verbatim: bool

    @property
    def similarity(self) -> float:
        """1 for an unchanged run, less for anything else."""
        longest = max(self.end - self.start, self.story_end - self.story_start) if self.verbatim else len(self)
        return self.equal / longest

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, eq=False)
class Alignment:
    """The passages of two texts, in the submission's order and without overlap there."""

    records: NDArray[np.void]
    """Passages, as records of ``PASSAGE``."""
    pieces: NDArray[np.void]
    """Runs, cut where furniture stands within them, as records of ``RUN``."""
    how_much: HowMuch
    """Of the submission."""

    @classmethod
    def of(cls, passages: list[AlignedPassage], runs: list[Run]) -> Alignment:
        """Build from lists of passages and runs."""
        records = np.array([astuple(passage) for passage in passages], PASSAGE)
        pieces = np.array([astuple(run) for run in runs], RUN)
        return cls(records, pieces, HowMuch(sum(map(len, passages)), sum(run.length for run in runs)))

    @cached_property
    def passages(self) -> list[AlignedPassage]:
        """The passages as objects."""
        return [
            AlignedPassage(start, end, story_start, story_end, equal, bool(verbatim))
            for start, end, story_start, story_end, equal, verbatim in self.records.tolist()
        ]

    @cached_property
    def runs(self) -> list[Run]:
        """The runs as objects."""
        return list(starmap(Run, self.pieces.tolist()))

    @property
    def similarities(self) -> Floats64:
        """Similarity of each passage; see ``AlignedPassage``."""
        of = self.records
        lengths, story_lengths = of["end"] - of["start"], of["story_end"] - of["story_start"]
        similarities: Floats64 = of["equal"] / np.where(of["verbatim"], np.maximum(lengths, story_lengths), lengths)
        return similarities


def align_measured(submission: Profile, story: Profile, *, weights_of_story: bool) -> Alignment | None:
    """Align in one kernel call; None without compiled kernels.

    ``weights_of_story`` as in ``SentenceOverlap.is_swapped``.
    """
    if submission.measured is None or story.measured is None:
        return None
    found = find_passages(submission.measured, story.measured, RULES, weights_of_story=weights_of_story)
    return None if found is None else Alignment(found.passages, found.runs, found.how_much)


def align(submission: Profile, story: Profile, sentences: SentenceOverlap, runs: list[Run] | None = None) -> Alignment:
    """Find the passages of ``submission`` in ``story``; ``sentences`` is the overlap of their sentences.

    ``runs`` are the result of ``find_runs``, if known.
    """
    if runs is None:
        runs = find_runs(submission.seeds, story.seeds)
    found = align_compiled(submission, story, sentences, runs)
    return align_in_python(submission, story, sentences, runs) if found is None else found


def align_in_python(submission: Profile, story: Profile, sentences: SentenceOverlap, runs: list[Run]) -> Alignment:
    """Reference implementation of the kernel."""
    parts = submission.parts
    runs = [piece for run in runs for piece in _within_parts(run, parts, story.parts)]
    starts = submission.sentences.tolist()
    blocks = [block for block in _merge(map(_as_passage, runs), parts) if _stands_alone(block, starts)]
    gaps = _Gaps(blocks, runs)
    passages = list(blocks)
    for number, (start, end) in enumerate(pairwise(starts)):
        for first, last in gaps.of(start, end):
            reworded = _reworded(number, first, last, submission, story, sentences)
            # A remainder that was not reworded may still hold a short run.
            passages += gaps.cut(first, last) if reworded is None else [reworded]
    passages = _merge(sorted(passages, key=lambda passage: passage.start), parts)
    return Alignment.of(_without_stock_phrases(passages, submission.weights.tolist()), runs)


def _without_stock_phrases(passages: list[AlignedPassage], weights: list[float]) -> list[AlignedPassage]:
    """Leave out passages of a word or two, such as headings, and short runs of common words.

    They stay if another passage adjoins them, or if nothing else is there to show.
    """
    starts, ends = {passage.start for passage in passages}, {passage.end for passage in passages}
    telling = [
        passage
        for passage in passages
        if passage.start in ends
        or passage.end in starts
        or len(passage) >= RUN_STANDS_ALONE
        or (
            len(passage) >= LEAST_PIECE
            and (not passage.verbatim or sum(weights[passage.start : passage.end]) >= LEAST_WEIGHT)
        )
    ]
    return telling or passages


def align_compiled(
    submission: Profile, story: Profile, sentences: SentenceOverlap, runs: list[Run]
) -> Alignment | None:
    if not (submission.side and story.side):
        return None
    given = np.array([(run.start, run.story_start, run.length) for run in runs], np.int32).reshape(-1, 3)
    found = compiled.align(
        submission.side, story.side, sentences.in_story, given, RULES, weights_of_story=sentences.is_swapped
    )
    if found is None:
        return None
    passages, pieces = found
    covered = int((passages["end"] - passages["start"]).sum())
    return Alignment(passages, pieces, HowMuch(covered, int(pieces["length"].sum())))


def _within_parts(run: Run, parts: list[int], story_parts: list[int]) -> Iterator[Run]:
    """Cut a run wherever furniture lies within it, so that no passage reaches across."""
    if parts[run.start] == parts[run.end - 1] and story_parts[run.story_start] == story_parts[run.story_end - 1]:
        yield run
        return
    mine, theirs = parts[run.start : run.end], story_parts[run.story_start : run.story_end]
    edges = [at for at in range(1, run.length) if mine[at - 1] < mine[at] or theirs[at - 1] < theirs[at]]
    for first, last in pairwise([0, *edges, run.length]):
        yield Run(run.start + first, run.story_start + first, last - first)


def _as_passage(run: Run) -> AlignedPassage:
    return AlignedPassage(run.start, run.end, run.story_start, run.story_end, run.length, verbatim=True)


def _stands_alone(block: AlignedPassage, starts: list[int]) -> bool:
    """Whether a block is long or makes up most of a sentence; ``starts`` are where sentences begin."""
    if len(block) >= RUN_STANDS_ALONE:
        return True
    within = starts[bisect_right(starts, block.start) - 1 : bisect_left(starts, block.end) + 1]
    return any(
        min(block.end, end) - max(block.start, start) >= MOSTLY_TAKEN * (end - start) for start, end in pairwise(within)
    )


class _Gaps:
    """What ``blocks`` leave of the sentences, and the ``runs`` in it; both are ordered and do not overlap."""

    def __init__(self, blocks: list[AlignedPassage], runs: list[Run]) -> None:
        self._blocks, self._runs = blocks, runs
        self._ends = [block.end for block in blocks]
        self._run_ends = [run.end for run in runs]

    def of(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield what is left of the words ``[start, end)``, without remnants that a bridge would span."""
        before = start
        for number in range(bisect_right(self._ends, start), len(self._blocks)):
            block = self._blocks[number]
            if block.start >= end:
                break
            if block.start - before > BRIDGED_WORDS:
                yield before, block.start
            before = block.end
        if end - before > BRIDGED_WORDS or end > before == start:
            yield before, end

    def cut(self, start: int, end: int) -> list[AlignedPassage]:
        """Clip runs to ``[start, end)``; pieces that are too short are dropped."""
        pieces = []
        for number in range(bisect_right(self._run_ends, start), len(self._runs)):
            run = self._runs[number]
            if run.start >= end:
                break
            first, last = max(run.start, start), min(run.end, end)
            if last - first >= min(LEAST_PIECE, run.length):
                pieces.append(_as_passage(Run(first, run.story_start + first - run.start, last - first)))
        return pieces


def _reworded(  # noqa: PLR0913 - words of a sentence in two texts
    number: int, first: int, last: int, submission: Profile, story: Profile, sentences: SentenceOverlap
) -> AlignedPassage | None:
    """Return words ``[first, last)`` of a sentence as one reworded passage, or None.

    They must be found in the story on their own: a long run beside them must not vouch for them.
    """
    partner = sentences.partner(number, GAINED_BY_NEIGHBOUR)
    if partner is None:
        return None
    there = frozenset().union(*story.words_of_sentences[slice(*partner)])
    total = held = 0.0
    shared = set()
    weights = submission.weights[first:last].tolist()
    for stem, weight in zip(submission.stems[first:last], weights, strict=True):
        if weight > 0:
            total += weight
            if stem in there:
                held += weight
                shared.add(stem)
    similarity = held / total if total > 0 else 0.0
    if similarity < REWORDED or len(shared) < min(REWORDED_WORDS, last - first):
        return None
    story_start, story_end = int(story.sentences[partner[0]]), int(story.sentences[partner[1]])
    if last - first < REWORDED_WORDS < story_end - story_start:
        return None
    equal = min(similarity, 0.99) * (last - first)
    return AlignedPassage(first, last, story_start, story_end, equal, verbatim=False)


def _merge(passages: Iterable[AlignedPassage], parts: list[int]) -> list[AlignedPassage]:
    """Join passages that continue each other in both texts, within one part of the submission."""
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
    """Join two consecutive passages; None if they are not consecutive or the result would claim too much."""
    if before.verbatim != after.verbatim or after.start - before.end > BRIDGED_WORDS:
        return None
    if before.verbatim:
        follows = 0 <= after.story_start - before.story_end <= BRIDGED_WORDS
    else:  # one story sentence split in two; other reworded sentences are shown one by one
        follows = (before.story_start, before.story_end) == (after.story_start, after.story_end)
    if not follows:
        return None
    joined = AlignedPassage(
        before.start, after.end, before.story_start, after.story_end, before.equal + after.equal, before.verbatim
    )
    return joined if not before.verbatim or joined.similarity >= STILL_VERBATIM else None
