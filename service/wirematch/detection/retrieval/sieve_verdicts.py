"""Decide which candidates are worth a comparison, by their sketches, or by their texts where necessary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import NamedTuple

from wirematch.detection.policy import (
    CLOSER,
    MOST_BY_CHANCE,
    SECOND_LOOK,
    SHORT,
    USUAL,
    Closeness,
    overlapping,
    overlapping_sketches,
)
from wirematch.detection.submission import Submission
from wirematch.fingerprint.imprinting import shingles_of
from wirematch.fingerprint.minhash import shingle_many
from wirematch.fingerprint.ranking import Ranking
from wirematch.fingerprint.shingles import Shingles
from wirematch.index.protocol import Lookup, Record
from wirematch.kernels.fingerprint import sieve as compiled
from wirematch.text.skeleton import is_of_undisguised

Verdicts = dict[int, bool | None]
"""Whether candidates are worth a comparison, by number, best first; None where that is not known yet."""


_RULES = {
    closeness: compiled.SieveRules(closeness.least_overlap, MOST_BY_CHANCE, SHORT, SECOND_LOOK)
    for closeness in (USUAL, CLOSER)
}
_TOLD = (False, True, None, None)
"""Verdict for each code of the kernel; the last code means that a candidate has no sketch."""


class Ranked(NamedTuple):
    """A submission with its look-up and the candidates that the sieve is to see."""

    submission: Submission
    lookup: Lookup
    ranking: Ranking
    closeness: Closeness = USUAL
    """How closely the candidates are looked at."""


def verdicts_by_sketches(ranked: Sequence[Ranked], sketches: Mapping[int, bytes]) -> list[Verdicts]:
    """Return the verdicts on the candidates of many submissions by their sketches; None for those without one."""
    told: list[Verdicts] = [{} for _ in ranked]
    for closeness, rules in _RULES.items():
        places = [place for place, one in enumerate(ranked) if one.closeness is closeness]
        if not places:
            continue
        numbers = [ranked[place].ranking.numbers.tolist() for place in places]
        asked = [
            (ranked[place].submission.fingerprint.shingles, list(map(sketches.get, some, repeat(compiled.NO_SKETCH))))
            for place, some in zip(places, numbers, strict=True)
        ]
        found = compiled.sieve(asked, rules)
        if found is None:
            return [verdicts_by_sketches_in_python(one, sketches) for one in ranked]
        for place, some, codes in zip(places, numbers, found, strict=True):
            told[place] = dict(zip(some, map(_TOLD.__getitem__, codes), strict=True))
    return told


def verdicts_by_sketches_in_python(ranked: Ranked, sketches: Mapping[int, bytes]) -> Verdicts:
    """Reference implementation of the kernel."""
    numbers = ranked.ranking.numbers.tolist()
    places = [place for place, number in enumerate(numbers) if number in sketches]
    told: Verdicts = dict.fromkeys(numbers)
    if places:
        sketched = [numbers[place] for place in places]
        shingles = ranked.submission.fingerprint.shingles
        enough = overlapping_sketches(shingles, [sketches[number] for number in sketched], places, ranked.closeness)
        told.update(zip(sketched, enough, strict=True))
    return told


def shingle_records(records: Sequence[Record]) -> list[Shingles]:
    """Return the shingles of each record's text or imprint, in order."""
    texts = [one for one in records if one.imprint is None]
    undisguised = [one.skeleton is not None and is_of_undisguised(one.skeleton) for one in texts]
    read = iter(shingle_many([one.body for one in texts], undisguised))
    return [next(read) if one.imprint is None else shingles_of(one.imprint) for one in records]


def overlapping_records(shingles: Shingles, records: Sequence[Record], closeness: Closeness = USUAL) -> list[bool]:
    """Return for each record whether it shares enough shingles with a submission."""
    sketched = [record for record in records if record.sketch is not None]
    places = {record.number: place for place, record in enumerate(records)}
    told = overlapping_sketches(
        shingles,
        [record.sketch for record in sketched if record.sketch is not None],
        [places[record.number] for record in sketched],
        closeness,
    )
    certain = {record.number: enough for record, enough in zip(sketched, told, strict=True) if enough is not None}
    rest = [record for record in records if record.number not in certain]
    enough = overlapping(shingles, shingle_records(rest), [places[record.number] for record in rest], closeness)
    settled = certain | {record.number: keep for record, keep in zip(rest, enough, strict=True)}
    return [settled[record.number] for record in records]
