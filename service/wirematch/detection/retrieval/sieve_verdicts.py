"""Decide which candidates are worth a comparison, by their sketches, or by their texts where necessary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import NamedTuple

from wirematch.cancellation import safepoint
from wirematch.detection.policy import (
    CLOSER,
    MOST_BY_CHANCE,
    SECOND_LOOK,
    SHORT,
    USUAL,
    Closeness,
    affordable,
    overlapping,
    overlapping_sketches,
)
from wirematch.detection.retrieval.excerpting import ExcerptSearch, holding_excerpts
from wirematch.detection.submission import Submission
from wirematch.fingerprint.imprinting import shingles_of
from wirematch.fingerprint.minhash import shingle_many
from wirematch.fingerprint.ranking import Ranking
from wirematch.fingerprint.shingles import Shingles
from wirematch.fingerprint.sketch import sketch_of
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


Sketches = Mapping[int, bytes]


class Findings(NamedTuple):
    """For each submission, the verdicts on its candidates and the stories that may be added for an excerpt."""

    verdicts: list[Verdicts]
    possible: list[set[int]]
    """Candidates that are not ruled out; none of them is added for an excerpt."""
    excerpted: list[list[int]]
    """Stories that may share no more than an excerpt, most likely first."""
    sketches: Sketches
    """All that are known."""

    @property
    def wanted(self) -> set[int]:
        """All stories that are not ruled out."""
        return set().union(*self.possible, *self.excerpted)

    @property
    def in_doubt(self) -> bool:
        """Whether sketches leave any candidate undecided."""
        return any(None in verdicts.values() for verdicts in self.verdicts)


class Settled(NamedTuple):
    """What is found once doubtful candidates were settled."""

    findings: Findings
    unread: list[int]
    """For each submission, how many of its doubtful candidates were left undecided."""
    new_sketches: list[tuple[int, bytes]]
    """Of stories that had none, by number."""


def find_by_sketches(ranked: Sequence[Ranked], searches: Sequence[ExcerptSearch], sketches: Sketches) -> Findings:
    """Return what sketches tell about all candidates."""
    verdicts = verdicts_by_sketches(ranked, sketches)
    safepoint()
    possible = list(map(_possible, verdicts))
    return Findings(verdicts, possible, holding_excerpts(searches, possible, sketches), sketches)


def settle(
    ranked: Sequence[Ranked],
    searches: Sequence[ExcerptSearch],
    findings: Findings,
    records: Mapping[int, Record],
    most_bytes: int,
) -> Settled:
    """Settle doubtful candidates by their shingles; articles deleted meanwhile count as sharing nothing.

    The texts of each submission's doubtful candidates are read best first, up to ``most_bytes``.
    """
    doubtful = [
        [number for number, enough in verdicts.items() if enough is None and number in records]
        for verdicts in findings.verdicts
    ]
    asked = [numbers[: affordable([records[number].size for number in numbers], most_bytes)] for numbers in doubtful]
    read = [records[number] for number in sorted(set().union(*asked))]
    shingles = dict(zip((record.number for record in read), shingle_records(read), strict=True))
    made = [(record.number, sketch_of(shingles[record.number])) for record in read if record.sketch is None]
    verdicts = [
        before | _verdicts_by_shingles(one, numbers, shingles)
        for one, before, numbers in zip(ranked, findings.verdicts, asked, strict=True)
    ]
    sketches = {**findings.sketches, **{one.number: one.sketch for one in read if one.sketch is not None}}
    # A candidate that turned out to share too little may still share an excerpt.
    excerpted = [
        stories if now == before else holding_excerpts([search], [_possible(now)], sketches)[0]
        for stories, search, before, now in zip(findings.excerpted, searches, findings.verdicts, verdicts, strict=True)
    ]
    return Settled(
        Findings(verdicts, list(map(_possible, verdicts)), excerpted, sketches),
        [len(numbers) - len(some) for numbers, some in zip(doubtful, asked, strict=True)],
        [(number, sketch) for number, sketch in made if sketch is not None],
    )


def _verdicts_by_shingles(ranked: Ranked, numbers: Sequence[int], shingles: Mapping[int, Shingles]) -> Verdicts:
    safepoint()
    ranks = {number: rank for rank, number in enumerate(ranked.ranking.numbers.tolist())}
    mine, theirs = ranked.submission.fingerprint.shingles, [shingles[number] for number in numbers]
    enough = overlapping(mine, theirs, [ranks[number] for number in numbers], ranked.closeness)
    return dict(zip(numbers, enough, strict=True))


def _possible(verdicts: Verdicts) -> set[int]:
    return {number for number, enough in verdicts.items() if enough is not False}
