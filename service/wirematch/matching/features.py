"""Measure what two texts share, in the numbers that the decision is made from.

Who took from whom is told by times, not by texts, so the features speak of the shorter and the longer text: one
ending in ``_of_shorter`` is a share of the shorter one that the longer holds too. What sets copying apart from two
reporters on one event: the plain and function words around the facts, in runs and in order, outside of quotations.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import pairwise
from statistics import fmean

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from wirematch.matching.profile import SEQUENCES, VIEWS, Profile
from wirematch.matching.runs import Run, find_runs
from wirematch.matching.sentences import Floats, SentenceOverlap

ALIKE = (0.3, 0.5, 0.6, 0.7, 0.85)
"""Shares from which on a sentence counts as found in the other text."""
_ALIKE = np.array(ALIKE, np.float32)[:, None]
PAIRED = 0.3
"""Likeness (harmonic mean of both shares) from which on two sentences are looked at word by word."""
IN_ORDER = 0.35
LONG_RUNS = (5, 8, 12, 18)
"""Lengths, in words of the reporter's own, from which on runs are added up."""


def measure(
    shorter: Profile, longer: Profile, sentences: SentenceOverlap, runs: list[Run] | None = None
) -> dict[str, float]:
    """The features by name, always the same in the same order, all finite and at least 0.

    ``sentences`` is the overlap with the shorter text's as rows; ``runs`` are those of the shorter text that
    ``find_runs`` finds, where they are known. Lengths and counts are logarithms.
    """
    if runs is None:
        runs = find_runs(shorter.seeds, longer.seeds)
    likeness = _harmonic(sentences.in_story, sentences.in_submission)
    shares = _shares(shorter, longer)
    return {
        **shares,
        **_sequences(shorter, longer),
        **_runs(runs, shorter, longer),
        **_found(sentences.in_story, shorter, "shares_of_shorter"),
        **_found(sentences.in_submission.T, longer, "shares_of_longer"),
        **_found(likeness, shorter, "likeness_of_shorter"),
        **_found(likeness.T, longer, "likeness_of_longer"),
        **_pairs(likeness, shorter, longer),
        **_order(likeness),
        **_sizes(shorter, longer),
        "speech_of_shared": _spoken_of_shared(shorter, longer, shares["trigrams_of_shorter"]),
    }


def _shares(shorter: Profile, longer: Profile) -> dict[str, float]:
    mine, theirs = shorter.views.shares(longer.views)
    shares = {}
    for name, of_shorter, of_longer in zip(VIEWS, mine.tolist(), theirs.tolist(), strict=True):
        shares[f"{name}_of_shorter"] = of_shorter
        shares[f"{name}_of_longer"] = of_longer
    return shares


def _sequences(shorter: Profile, longer: Profile) -> dict[str, float]:
    """Longest common subsequences: what is shared in the same order, whatever stands between."""
    shares = {}
    known: dict[tuple[int, int], int] = {}
    for name in SEQUENCES:
        mine, theirs = shorter.sequences[name], longer.sequences[name]
        same = (id(mine), id(theirs))  # texts without speech have one list under two names
        common = known[same] if same in known else LCSseq.similarity(mine, theirs)
        known[same] = common
        shares[f"{name}_in_order_of_shorter"] = common / max(1, len(mine))
        shares[f"{name}_in_order_of_longer"] = common / max(1, len(theirs))
    return shares


def _runs(runs: list[Run], shorter: Profile, longer: Profile) -> dict[str, float]:
    lengths = [run.length for run in runs]
    own, worded, own_there = _within(runs, shorter, longer)
    total, all_own, all_own_there = sum(lengths), int(shorter.own_before[-1]), int(longer.own_before[-1])
    in_order = [before.story_start < after.story_start for before, after in pairwise(runs)]
    across = sum(length for length, mine in zip(lengths, own, strict=True) if 0 < mine < length)
    return {
        "longest_run": math.log1p(max(lengths, default=0)),
        "longest_own_run": math.log1p(max(own, default=0)),
        "longest_wording_run": math.log1p(max(worded, default=0)),
        "runs_across_quotation_marks": math.log1p(across),
        "runs_of_shorter": total / max(1, len(shorter)),
        "runs_of_longer": min(1.0, total / max(1, len(longer))),
        "own_runs_of_shorter": sum(own) / max(1, all_own),
        "own_runs_of_longer": sum(own) / max(1, all_own_there),
        "runs": math.log1p(len(runs)),
        "long_runs": math.log1p(sum(length >= 8 for length in lengths)),
        "mean_run": total / len(runs) if runs else 0.0,
        "runs_in_order": sum(in_order) / len(in_order) if in_order else 0.5,
        **_own_runs(list(map(min, own, own_there)), max(1, min(all_own, all_own_there))),
    }


def _within(runs: list[Run], shorter: Profile, longer: Profile) -> tuple[list[int], list[int], list[int]]:
    """Of each run how many words are the reporter's own, his own wording, and the other reporter's own."""
    starts, ends, there, there_ends = (
        [getattr(run, place) for run in runs] for place in ("start", "end", "story_start", "story_end")
    )
    return (
        _between(shorter.own_before, starts, ends),
        _between(shorter.own_wording_before, starts, ends),
        _between(longer.own_before, there, there_ends),
    )


def _between(before: NDArray[np.intp], starts: list[int], ends: list[int]) -> list[int]:
    return (before[ends] - before[starts]).tolist() if starts else []


def _own_runs(own: list[int], most: int) -> dict[str, float]:
    """Runs counted by the words that neither text has from a speaker, of which there might be ``most``."""
    values = {"longest_run_own_on_both_sides": math.log1p(max(own, default=0))}
    for least in LONG_RUNS:
        total = sum(length for length in own if length >= least)
        values[f"own_words_in_runs_of_{least}"] = math.log1p(total)
        values[f"share_of_own_words_in_runs_of_{least}"] = min(1.0, total / most)
    return values


def _found(shares: Floats, side: Profile, name: str) -> dict[str, float]:
    """How well the sentences of one side are found among those of the other: rows are the side's."""
    best = shares.max(axis=1, initial=0)
    weights = side.sentence_shares
    values = {f"sentence_{name}": float(best @ weights)}
    for least, share in zip(ALIKE, ((best >= _ALIKE) @ weights).tolist(), strict=True):
        values[f"sentences_from_{least}_{name}"] = share
    best.sort()
    highest = best[-3:]
    values[f"three_best_sentences_{name}"] = float(highest.sum() / np.float32(len(highest))) if len(best) else 0.0
    return values


def _pairs(likeness: Floats, shorter: Profile, longer: Profile) -> dict[str, float]:
    """How the best pairs of sentences rewrite each other: their wording without names, numbers and quotations."""
    wording, order, plain = [], [], []
    if likeness.size:
        partners, best = likeness.argmax(axis=1), likeness.max(axis=1)
        for number in np.flatnonzero(best >= PAIRED).tolist():
            mine, theirs = shorter.stems_of_sentences[number], longer.stems_of_sentences[int(partners[number])]
            if len(mine.wording) >= 3 and len(theirs.wording) >= 3:
                wording.append(LCSseq.normalized_similarity(mine.wording, theirs.wording))
            shared = mine.distinct_content & theirs.distinct_content
            order.append(LCSseq.similarity(mine.content, theirs.content) / max(1, len(shared)))
            if mine.own_plain:
                plain.append(sum(map(theirs.plain.__contains__, mine.own_plain)) / len(mine.own_plain))
    sentences = max(1, len(shorter.sentence_weights))
    return {
        "paired_sentences": len(wording) / sentences,
        "wording_of_pairs": fmean(wording) if wording else 0.0,
        "wording_of_best_pair": max(wording, default=0.0),
        "wording_of_three_best_pairs": _best_three(wording),
        "pairs_of_like_wording": sum(value > 0.6 for value in wording) / sentences,
        "order_within_pairs": fmean(order) if order else 0.0,
        "plain_words_of_pairs": fmean(plain) if plain else 0.0,
        "plain_words_of_three_best_pairs": _best_three(plain),
    }


def _order(likeness: Floats) -> dict[str, float]:
    """How far the sentences that are found keep their order, and whether the texts begin alike."""
    if not likeness.size:
        return dict.fromkeys(
            ("sentences_found", "sentences_in_order", "sentences_in_order_of_all", "beginnings", "first_sentences"), 0.0
        )
    partners = likeness.argmax(axis=1)[likeness.max(axis=1) >= IN_ORDER]
    in_order = _longest_increasing(partners)
    return {
        "sentences_found": math.log1p(len(partners)),
        "sentences_in_order": in_order / len(partners) if len(partners) > 1 else 0.0,
        "sentences_in_order_of_all": in_order / min(likeness.shape),
        "beginnings": float(likeness[:3, :3].max()),
        "first_sentences": float(likeness[0, 0]),
    }


def _longest_increasing(partners: NDArray[np.intp]) -> int:
    """Length of the longest run that never goes back (patience sorting); a partner recurs where one was split."""
    tails: list[int] = []
    for partner in partners.tolist():
        place = bisect_right(tails, partner)
        tails[place : place + 1] = [partner]
    return len(tails)


def _sizes(shorter: Profile, longer: Profile) -> dict[str, float]:
    return {
        "length_of_shorter": math.log1p(len(shorter)),
        "length_of_longer": math.log1p(len(longer)),
        "length_ratio": len(shorter) / max(1, len(longer)),
        "speech_of_shorter": shorter.speech,
        "speech_of_longer": longer.speech,
    }


def _spoken_of_shared(shorter: Profile, longer: Profile, share: float) -> float:
    """Which share of the trigrams that both hold, which are so great a share of the shorter text's, is a speaker's."""
    mine = shorter.views["spoken_trigrams"]
    shared = share * shorter.views.count("trigrams")
    spoken = mine.share_in(longer.views["trigrams"]) * len(mine.hashes)
    return min(1.0, spoken / shared) if shared > 0 else 0.0


def _harmonic(first: Floats, second: Floats) -> Floats:
    total = first + second
    likeness: Floats = np.divide(2 * first * second, total, out=np.zeros_like(total), where=total > 0)
    return likeness


def _best_three(values: list[float]) -> float:
    return fmean(sorted(values)[-3:]) if values else 0.0
