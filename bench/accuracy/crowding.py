"""What happens to excerpts as buckets fill: real stories through the index's own steps, among few and many others.

A bucket keeps the newest ``CAP`` stories, so an old story may be in none of the buckets that lead to it; and the more
stories share a phrase with an article, the more rank before the one that an excerpt is from. Both are measured among as
many real stories as the folder has. A million is extrapolated: among an n-th of a million stories, buckets with an n-th
of ``CAP`` are as full, and where one story ranks before the right one, n would. Among stories that rank alike, it may
be in any place.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from bench.data.cases import Bench, Case
from wirematch.detection.policy import closeness_for, overlapping_sketches, plausible
from wirematch.fingerprint.anchors import (
    LEADERS,
    LEAST_TOGETHER,
    STRETCH,
    UNBROKEN,
    Anchors,
    AnchorsFound,
    Holders,
    anchors_of,
    unbroken_stories,
)
from wirematch.fingerprint.bottom import split_signature
from wirematch.fingerprint.minhash import Fingerprint, FingerprintScheme, fingerprint_many
from wirematch.fingerprint.ranking import Postings, rank
from wirematch.fingerprint.sampling import Sampling
from wirematch.settings import Settings

CAP, WIDE = 128, 512
"""Capacity of a bucket, and a larger one for comparison."""
ROWS = ("25 words", "40 words")
SCHEMES = {sampling: FingerprintScheme(sampling) for sampling in (Sampling.RARE, Sampling.BOTTOM)}
Hashes = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What happened to an excerpt."""

    why: str = ""
    """Why its story was not found, or may not be."""
    chance: float = 0.0
    """The chance that it is found."""
    looked_at: int = 0
    """Stories that are examined for excerpts, as far as they are stored."""


FOUND_AS_A_WHOLE = SearchResult(chance=1.0)


class Placed(NamedTuple):
    """Stories with scores and positions in a text, best first."""

    numbers: NDArray[np.uint64]
    scores: NDArray[np.float64]
    places: NDArray[np.intp]

    def chance(self, wanted: int, most: int, stand_for: float, stretch: int | None = None) -> float:
        """The chance that ``wanted`` is among the best ``most``, of all or of its stretch.

        Each of the others stands for so many. Those with the score of ``wanted`` are in any order.
        """
        if wanted not in self.numbers:
            return 0.0
        at = int(np.flatnonzero(self.numbers == wanted)[0])
        near = np.ones(len(self.numbers), np.bool_)
        if stretch is not None:
            near = self.places // stretch == self.places[at] // stretch
        better = int((near & (self.scores > self.scores[at])).sum()) * stand_for
        alike = (int((near & (self.scores == self.scores[at])).sum()) - 1) * stand_for
        return min(1.0, max(0.0, most - better) / (1 + alike))


class BucketIndex:
    """Stories in the order of storing with their buckets, like an index with one shard."""

    def __init__(
        self, stories: Sequence[tuple[str, Fingerprint]], scheme: FingerprintScheme, cap: int, stand_for: float = 1
    ) -> None:
        """Each story counts as ``stand_for`` stories when those ranked before another are counted."""
        self._scheme = scheme
        self.numbers = {name: number for number, (name, _) in enumerate(stories)}
        self.sketches = [fingerprint.sketch or b"" for _, fingerprint in stories]
        self._cap, self._stand_for = cap, stand_for
        posted = [self._split(fingerprint)[0] for _, fingerprint in stories]
        owners = np.repeat(np.arange(len(posted), dtype=np.uint64), list(map(len, posted)))
        line = np.sort(np.concatenate(posted).astype(np.uint64) << np.uint64(32) | owners)
        self._hashes, self._owners = (line >> np.uint64(32)).astype(np.uint32), line & np.uint64(0xFFFFFFFF)

    def __len__(self) -> int:
        return len(self.sketches)

    def held(self, buckets: Hashes) -> Postings:
        """Return the newest stories of each bucket."""
        ends = np.searchsorted(self._hashes, buckets, side="right")
        starts = np.maximum(np.searchsorted(self._hashes, buckets), ends - self._cap)
        return Postings.of([self._owners[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)])

    def occupancy(self) -> dict[str, float]:
        """For a story's buckets: shares with nothing else, of full ones and of dropped postings, and their number."""
        sizes = np.diff(
            np.append(np.flatnonzero(np.diff(self._hashes, prepend=self._hashes[0] - 1)), len(self._hashes))
        )
        return {
            "postings": round(len(self._hashes) / len(self), 1),
            "alone": round(float(sizes[sizes == 1].sum() / sizes.sum()), 3),
            "full": round(float(sizes[sizes > self._cap].sum() / sizes.sum()), 3),
            "dropped": round(float(np.maximum(0, sizes - self._cap).sum() / sizes.sum()), 3),
        }

    def seek(self, fingerprint: Fingerprint, name: str) -> SearchResult:
        """Look up as detection does: first what is similar as a whole, then what may share an excerpt."""
        wanted, settings = self.numbers[name], Settings()
        asked = np.concatenate(self._split(fingerprint))
        ranking = rank(self.held(asked), len(self), self._cap)
        closeness = closeness_for(ranking, len(self), len(fingerprint.shingles))
        candidates = plausible(ranking, len(self), settings.compare_limit, closeness)
        numbers = candidates.numbers.tolist()
        sketches = [self.sketches[number] for number in numbers]
        enough = overlapping_sketches(fingerprint.shingles, sketches, closeness=closeness)
        taken = {number for number, keep in zip(numbers, enough, strict=True) if keep is not False}
        if wanted in taken:
            return FOUND_AS_A_WHOLE
        anchors = anchors_of(
            fingerprint.in_order if fingerprint.in_order is not None else fingerprint.shingles, self._scheme
        )
        return self._in_excerpts(anchors, wanted, taken, settings.excerpt_limit)

    def _in_excerpts(self, anchors: Anchors, wanted: int, taken: set[int], most: int) -> SearchResult:
        held = self.held(anchors.minima)
        if wanted not in held.numbers:
            return SearchResult("in no bucket")
        holders = anchors.rank(held, len(self), cap=self._cap)
        looked_at = holders.likeliest(anchors.most_looked_at, taken)
        if self._stand_for == 1:
            chance = float(wanted in looked_at)
        else:
            chance = max(self._chances(anchors, holders, held, wanted))
        examined = list(dict.fromkeys([*looked_at, wanted]))
        may_hold = anchors.may_hold([self.sketches[number] for number in examined]).tolist()
        kept = [number for number, keep in zip(examined, may_hold, strict=True) if keep]
        if wanted not in kept:
            return SearchResult("too few shingles", looked_at=len(looked_at))
        if kept.index(wanted) >= most:
            return SearchResult("too many that may hold it", looked_at=len(looked_at))
        return SearchResult("too many before it", chance, len(looked_at))

    def _chances(self, anchors: Anchors, holders: Holders, held: Postings, wanted: int) -> Iterator[float]:
        """The chances that a story is examined as one of the best of all, of its stretch and of the unbroken ones."""
        enough = int((holders.scores >= LEAST_TOGETHER * np.log1p(len(self) * self._stand_for)).sum())
        best = Placed(holders.numbers[:enough], holders.scores[:enough], holders.ends[:enough])
        yield best.chance(wanted, anchors.most_looked_at, self._stand_for)
        yield best.chance(wanted, LEADERS, self._stand_for, STRETCH)
        found = AnchorsFound(held, anchors.buckets, len(self), None, len(anchors.shingles), self._cap)
        sizes = np.bincount(held.bands, minlength=len(anchors))
        unbroken = Placed(*unbroken_stories(found, np.log1p(len(self) / np.maximum(sizes, 1))))
        yield unbroken.chance(wanted, UNBROKEN, self._stand_for, STRETCH)

    def _split(self, fingerprint: Fingerprint) -> tuple[Hashes, Hashes]:
        if fingerprint.signature is None:
            return np.empty(0, np.uint32), np.empty(0, np.uint32)
        return split_signature(fingerprint.signature, self._scheme.permutations, self._scheme.scheme)


def measure_crowding(
    bench: Bench, sizes: Sequence[int], kept: Callable[[str], bool], million: int = 1_000_000
) -> dict[str, Any]:
    """Measure the same excerpts among the first stories of each size, and extrapolate to a million.

    The extrapolation is also checked: from smaller sizes to the largest, which was measured. Stories asked for were
    stored at random times among the others. ``kept`` says which stories are stored and asked for.
    """
    texts = {name: text for name, text in (bench.stored | bench.beside).items() if kept(name)}
    kinds = {
        name: [case for case in cases if case.valid <= texts.keys()]
        for name, cases in bench.excerpts().items()
        if name.startswith(ROWS)
    }
    sizes = sorted({min(size, len(texts)) for size in sizes})
    most = sizes[-1]
    rows = {f"{size:,} stories": (size, CAP, 1.0) for size in sizes}
    rows |= {f"{size:,} as of {most:,}": (size, CAP, most / size) for size in sizes[:-1]}
    rows |= {f"{most:,} as of a million": (most, CAP, million / most)}
    rows |= {f"{most:,} as of a million, buckets of {WIDE}": (most, WIDE, million / most)}
    figures: dict[str, Any] = {}
    for sampling, scheme in SCHEMES.items():
        fingerprints = dict(zip(texts, fingerprint_many(list(texts.values()), scheme), strict=True))
        asked = {name: fingerprint_many([case.text for case in cases], scheme) for name, cases in kinds.items()}
        for title, (size, whole, stand_for) in rows.items():
            cap = max(1, round(whole / stand_for))
            some = list(fingerprints.items())[:size]
            random.Random(size).shuffle(some)
            index = BucketIndex(some, scheme, cap, stand_for)
            found = {
                name: _search_results(index, kinds[name], asked[name]) for name in track(kinds, title, transient=True)
            }
            figures[f"{sampling}: {title}"] = {"buckets": {"hold so many": cap, **index.occupancy()}, **found}
    return figures


def _search_results(index: BucketIndex, cases: Sequence[Case], fingerprints: Sequence[Fingerprint]) -> dict[str, Any]:
    results = [
        index.seek(fingerprint, next(iter(case.valid))) for case, fingerprint in zip(cases, fingerprints, strict=True)
    ]
    missed = Counter[str]()
    for one in results:
        missed[one.why] += 1 - one.chance  # type: ignore[assignment]  # typeshed has counts that are whole numbers
    return {
        "n": len(results),
        "found": round(float(np.mean([one.chance for one in results])), 4),
        "examined, mean": round(float(np.mean([one.looked_at for one in results])), 1),
        **{why: round(count, 1) for why, count in sorted(missed.items()) if count},
    }
