"""What the sieve finds out about candidates of many submissions: by sketches, and by texts where these leave doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from wirematch.cancellation import safepoint
from wirematch.detection.policy import affordable, overlapping
from wirematch.detection.retrieval.excerpting import ExcerptSearch, holding_excerpts
from wirematch.detection.retrieval.sieve_verdicts import Ranked, Verdicts, shingle_records, verdicts_by_sketches
from wirematch.fingerprint.shingles import Shingles
from wirematch.fingerprint.sketch import sketch_of
from wirematch.index.protocol import Record

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
