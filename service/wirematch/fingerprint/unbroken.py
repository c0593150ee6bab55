"""Unbroken stories: those that lack none of several consecutive shingles of a text, as far as buckets tell.

A story that holds 25 words of a text is in the bucket of each of their shingles that it would be posted under. So one
that is in a crowded bucket, and in no other around, seldom holds them: of seven that share a bucket with a text, one
may. How long a run it may hold says more about it than how many others are in the bucket
(docs/adr/0095-examine-unbroken-stories.md).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wirematch.fingerprint.ranking import SHARD_SHIFT, Postings

NEVER = 2**64 - 1
"""No story has this number or a larger one."""


class Unbroken(NamedTuple):
    """Stories with a score, the length of a run in thousands and a weight; best first."""

    numbers: NDArray[np.uint64]
    scores: NDArray[np.float64]
    places: NDArray[np.intp]
    """The position of the text around which the run is."""


def unbroken_in_python(  # noqa: PLR0913 - as of the kernel
    owners: NDArray[np.uint64],
    places: NDArray[np.intp],
    weights: NDArray[np.float64],
    lacking: list[int],
    reach: int,
    least: int,
) -> Unbroken:
    """Reference implementation of the kernel; postings are sorted by story and position, without repetition.

    A story's run around a posting extends to the first shingle on either side that it lacks, at most ``reach``.
    """
    shingles = len(lacking)
    held: dict[int, dict[int, float]] = {}
    for owner, place, weight in zip(owners.tolist(), places.tolist(), weights.tolist(), strict=True):
        held.setdefault(owner, {})[place] = weight
    found: list[tuple[float, int, int]] = []
    for number, own in held.items():
        best, around = 0.0, 0
        for middle in own:
            length, score = _run_around(number, own, middle, lacking, reach)
            if middle < shingles and length >= min(least, shingles) and score > best:
                best, around = score, middle
        if best:
            found.append((-best, number, around))
    found.sort()
    numbers = np.array([number for _, number, _ in found], np.uint64)
    scores = np.array([-score for score, _, _ in found], np.float64)
    return Unbroken(numbers, scores, np.array([around for *_, around in found], np.intp))


def _run_around(number: int, own: dict[int, float], middle: int, lacking: list[int], reach: int) -> tuple[int, float]:
    """Length and score of the run of a story around a position of which it has the shingle."""
    weight, length = own[middle], 1
    for step in (-1, 1):
        for place in range(middle + step, middle + step * (reach + 1), step):
            if not 0 <= place < len(lacking) or (place not in own and number >= lacking[place]):
                break
            weight, length = weight + own.get(place, 0.0), length + 1
    return length, float(np.round(1000 * length + weight, 9))


def lacking_from(
    postings: Postings, begins: NDArray[np.intp], places: NDArray[np.intp], shingles: int, cap: int
) -> list[int]:
    """Return for each position of a text from which number on a story lacks its shingle if it is not in its bucket.

    A bucket with ``cap`` stories has dropped older ones. A position without a bucket tells nothing.
    """
    buckets = len(begins) - 1
    held: list[list[int]] = [[] for _ in range(buckets)]
    for number, bucket in zip(postings.numbers.tolist(), postings.bands.tolist(), strict=True):
        held[bucket].append(number)
    lacking = [NEVER] * shingles
    for bucket, numbers in enumerate(held):
        one_shard = len({number >> int(SHARD_SHIFT) for number in numbers}) == 1
        since = 0 if len(numbers) < cap else min(numbers) if one_shard else NEVER
        for place in places[begins[bucket] : begins[bucket + 1]].tolist():
            if place < shingles:
                lacking[place] = since
    return lacking
