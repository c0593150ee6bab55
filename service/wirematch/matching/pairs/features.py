"""Features: what two texts share, in the numbers that the decision is based on.

Who took from whom is told by times, not by texts, so features refer to the shorter and the longer text: one ending in
``_of_shorter`` is a share of the shorter text that the longer one holds, too. Copying differs from two independent
reports on one event by the reporter's own wording around the facts, in runs and in order and outside quotations, and
by phrases that nobody else on the event has (``event``).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from wirematch.arrays import Floats32, Floats64
from wirematch.cancellation import safepoint
from wirematch.kernels.pairs import measuring as compiled
from wirematch.kernels.pairs.measuring import MeasuringRules
from wirematch.matching.neighbours.event import NAMES as EVENT_NAMES
from wirematch.matching.pairs.sentences import SentenceOverlap, overlap_sentences
from wirematch.matching.profiles.text_profile import SEQUENCES, VIEWS, Profile
from wirematch.matching.runs import Run, find_runs

FOUND = 0.6
"""Share of a sentence's content from which on it counts as found in the other text."""
CLOSEST = 3
"""Most similar sentences that tell whether a part was taken, whatever the rest of the text is; see ``measuring.c``."""
IN_ORDER = 0.35
"""Similarity (harmonic mean of both shares) from which on a sentence counts for the order of sentences."""

NAMES = (
    "bigrams_of_shorter", "own_trigrams_of_shorter", "own_wording_pairs_of_longer", "names_of_shorter",
    "numbers_of_shorter", "numbers_of_longer", "content_pairs_of_shorter", "own_plain_pairs_of_shorter",
    "content_in_order_of_shorter", "content_in_order_of_longer", "own_content_in_order_of_shorter",
    "all_words_in_order_of_shorter", "facts_in_order_of_shorter", "facts_in_order_of_longer",
    "own_runs_of_shorter", "own_runs_of_longer", "longest_own_run", "runs_in_order",
    "sentence_shares_of_shorter", "sentences_found_of_shorter", "sentence_likeness_of_shorter",
    "closest_sentences_of_shorter", "sentences_in_order_of_all",
    "length_of_shorter", "length_of_longer", "length_ratio", "speech_of_shorter", "speech_of_longer",
)  # fmt: skip


MEASURED = (
    *(f"{name}_of_shorter" for name in VIEWS), *(f"{name}_of_longer" for name in VIEWS),
    *(f"{name}_in_order_of_shorter" for name in SEQUENCES), *(f"{name}_in_order_of_longer" for name in SEQUENCES),
    "own_runs_of_shorter", "own_runs_of_longer", "longest_own_run", "runs_in_order",
    "sentence_shares_of_shorter", "sentences_found_of_shorter", "sentence_likeness_of_shorter",
    "closest_sentences_of_shorter", "sentences_in_order_of_all",
)  # fmt: skip
"""Everything measured of two texts, in the kernel's order; ``NAMES`` are the ones that proved useful."""
_SIZES = ("length_of_shorter", "length_of_longer", "length_ratio", "speech_of_shorter", "speech_of_longer")
_ALL = (*MEASURED, *_SIZES, *EVENT_NAMES)
"""In the kernel's order."""
WORDS_AT_ONCE = 65_536
"""Total words of the pairs measured in one call."""


class FeatureColumns:
    """A selection of the features in ``NAMES`` and of the event, in a given order."""

    def __init__(self, names: Sequence[str] = (*NAMES, *EVENT_NAMES)) -> None:
        """Raises ValueError for an unknown feature."""
        self.names = tuple(names)
        self._in_python = np.array([(*NAMES, *EVENT_NAMES).index(name) for name in names], np.intp)
        self.rules = MeasuringRules(found=FOUND, in_order=IN_ORDER, columns=list(map(_ALL.index, names)))
        """Rules for the compiled kernel."""

    def of(self, pairs: Sequence[tuple[Profile, Profile]], in_event: Floats64) -> Floats64:
        """Return m x f features for m pairs in any order of length; ``in_event`` has the m x 2 event features."""
        if not pairs:
            return np.empty((0, len(self.names)))
        cuts = cuts_of(pairs)
        parts = [self._of_some(pairs[start:end], in_event[start:end]) for start, end in pairwise(cuts)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _of_some(self, pairs: Sequence[tuple[Profile, Profile]], in_event: Floats64) -> Floats64:
        safepoint()
        mine = [text for submission, _ in pairs if (text := submission.measured) is not None]
        theirs = [text for _, story in pairs if (text := story.measured) is not None]
        if len(mine) == len(theirs) == len(pairs):
            found = compiled.measure_pairs(mine, theirs, in_event, self.rules)
            if found is not None:
                return found
        measured = np.array([list(_in_python(*pair).values()) for pair in pairs], np.float64)
        return np.concatenate((measured, in_event), axis=1).take(self._in_python, axis=1)


def cuts_of(pairs: Sequence[tuple[Profile, Profile]]) -> list[int]:
    """Where to split pairs, so that a kernel call, which cannot be interrupted, takes a few milliseconds at most."""
    cuts, words = [0], 0
    for number, (submission, story) in enumerate(pairs):
        words += submission.size + story.size
        if words > WORDS_AT_ONCE and number > cuts[-1]:
            cuts.append(number)
            words = submission.size + story.size
    return [*cuts, len(pairs)]


def _in_python(submission: Profile, story: Profile) -> dict[str, float]:
    sentences = overlap_sentences(submission, story)
    if len(submission) <= len(story):
        return measure(submission, story, sentences)
    return measure(story, submission, sentences.swapped())


def measure(
    shorter: Profile, longer: Profile, sentences: SentenceOverlap, runs: list[Run] | None = None
) -> dict[str, float]:
    """Return the features in ``NAMES``, in that order, all finite and non-negative.

    ``sentences`` has the shorter text's sentences as rows; ``runs`` are the result of ``find_runs`` for the shorter
    text, if known. Lengths, including that of the longest run, are logarithmic.
    """
    if runs is None:
        runs = find_runs(shorter.seeds, longer.seeds)
    found = (
        _shares(shorter, longer)
        | _sequences(shorter, longer)
        | _runs(runs, shorter, longer)
        | _sentences(sentences, shorter)
        | dict(zip(_SIZES, _sizes(shorter, longer), strict=True))
    )
    return {name: found[name] for name in NAMES}


def _shares(shorter: Profile, longer: Profile) -> dict[str, float]:
    mine, theirs = shorter.views.shares(longer.views)
    shares = {}
    for name, of_shorter, of_longer in zip(VIEWS, mine.tolist(), theirs.tolist(), strict=True):
        shares[f"{name}_of_shorter"] = of_shorter
        shares[f"{name}_of_longer"] = of_longer
    return shares


def _sequences(shorter: Profile, longer: Profile) -> dict[str, float]:
    """Longest common subsequences: what is shared in the same order, with gaps."""
    shares = {}
    known: dict[tuple[int, int], int] = {}
    for name in SEQUENCES:
        mine, theirs = shorter.sequences[name], longer.sequences[name]
        same = (id(mine), id(theirs))  # without speech, two names share one list
        common = known[same] if same in known else LCSseq.similarity(mine, theirs)
        known[same] = common
        shares[f"{name}_in_order_of_shorter"] = common / max(1, len(mine))
        shares[f"{name}_in_order_of_longer"] = common / max(1, len(theirs))
    return shares


def _runs(runs: list[Run], shorter: Profile, longer: Profile) -> dict[str, float]:
    before = shorter.own_before
    lengths = [int(before[run.end] - before[run.start]) for run in runs]
    own = sum(lengths)
    in_order = [one.story_start < other.story_start for one, other in pairwise(runs)]
    return {
        "own_runs_of_shorter": own / max(1, int(before[-1])),
        "own_runs_of_longer": min(1.0, own / max(1, int(longer.own_before[-1]))),
        "longest_own_run": math.log1p(max(lengths, default=0)),
        "runs_in_order": sum(in_order) / len(in_order) if in_order else 0.5,
    }


def _sentences(sentences: SentenceOverlap, shorter: Profile) -> dict[str, float]:
    """How well the shorter text's sentences are found, and how far they keep their order."""
    similarity = _harmonic(sentences.in_story, sentences.in_submission)
    shares = shorter.sentence_shares
    best = sentences.in_story.max(axis=1, initial=0)
    alike = similarity.max(axis=1, initial=0)
    closest = np.sort(alike)[::-1][:CLOSEST].astype(np.float64)
    in_order = 0
    if similarity.size:
        in_order = _longest_increasing(similarity.argmax(axis=1)[alike >= IN_ORDER])
    return {
        "sentence_shares_of_shorter": _sum(best * shares),
        "sentences_found_of_shorter": _sum((best >= FOUND) * shares),
        "sentence_likeness_of_shorter": _sum(alike * shares),
        "closest_sentences_of_shorter": _sum(closest) / max(1, len(closest)),
        "sentences_in_order_of_all": in_order / max(1, min(similarity.shape)),
    }


def _sum(numbers: Floats64) -> float:
    """Sequential sum, in the order of the compiled kernel."""
    return float(np.cumsum(numbers)[-1]) if len(numbers) else 0.0


def _longest_increasing(partners: NDArray[np.intp]) -> int:
    """Length of the longest non-decreasing subsequence (patience sorting); partners repeat where one was split."""
    tails: list[int] = []
    for partner in partners.tolist():
        place = bisect_right(tails, partner)
        tails[place : place + 1] = [partner]
    return len(tails)


def _sizes(shorter: Profile, longer: Profile) -> tuple[float, ...]:
    """The numbers in ``_SIZES``."""
    ratio = shorter.size / max(1, longer.size)
    return shorter.log_length, longer.log_length, ratio, shorter.speech, longer.speech


def _harmonic(first: Floats32, second: Floats32) -> Floats32:
    total = first + second
    similarity: Floats32 = np.divide(2 * first * second, total, out=np.zeros_like(total), where=total > 0)
    return similarity
