"""The reference implementation of alignment, which the kernel replaces."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise

from wirematch.matching.pairs.passages import (
    BRIDGED_WORDS,
    GAINED_BY_NEIGHBOUR,
    LEAST_PIECE,
    LEAST_WEIGHT,
    MOSTLY_TAKEN,
    REWORDED,
    REWORDED_WORDS,
    RUN_STANDS_ALONE,
    STILL_VERBATIM,
    AlignedPassage,
    Alignment,
)
from wirematch.matching.pairs.sentences import SentenceOverlap
from wirematch.matching.profiles.text_profile import Profile
from wirematch.matching.runs import Run


def align_in_python(submission: Profile, story: Profile, sentences: SentenceOverlap, runs: list[Run]) -> Alignment:
    """Find the passages of ``submission`` in ``story``, given their ``runs`` and the overlap of their sentences."""
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
