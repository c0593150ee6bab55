"""What happens to excerpts as buckets fill: real stories through the index's own steps, among few and many others.

A bucket keeps the newest ``CAP`` stories, so an old story may be in none of the buckets that lead to it; and the more
stories share a phrase with an article, the more rank before the one that an excerpt is from. Both are measured among as
many real stories as the folder has. A million is extrapolated: among an n-th of a million stories, buckets with an n-th
of ``CAP`` are as full, and where one story ranks before the right one, n would.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from bench.data.cases import Bench, Case
from wirematch.detection.policy import closeness_for, overlapping_sketches, plausible
from wirematch.fingerprint.anchors import LEADERS, STRETCH, Anchors, Holders, anchors_of
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

    why: str
    """Why its story was not found; empty if it was."""
    before: int = 0
    """Number of stories ranked before it."""


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
            return SearchResult("")
        anchors = anchors_of(
            fingerprint.in_order if fingerprint.in_order is not None else fingerprint.shingles, self._scheme
        )
        return self._in_excerpts(anchors, wanted, taken, settings.excerpt_limit)

    def _in_excerpts(self, anchors: Anchors, wanted: int, taken: set[int], most: int) -> SearchResult:
        held = self.held(anchors.minima)
        if wanted not in held.numbers:
            return SearchResult("in no bucket")
        holders = anchors.rank(held, len(self))
        ranking = [number for number in holders.numbers.tolist() if number not in taken]
        if wanted not in ranking:
            return SearchResult("one bucket, with others in it")
        before, looked_at = ranking.index(wanted), holders.likeliest(anchors.most_looked_at, taken)
        early = before * self._stand_for < anchors.most_looked_at
        if not early and _before_in_stretch(holders, wanted) * self._stand_for >= LEADERS:
            return SearchResult("too many before it", before)
        may_hold = anchors.may_hold([self.sketches[number] for number in looked_at]).tolist()
        kept = [number for number, keep in zip(looked_at, may_hold, strict=True) if keep]
        if wanted not in kept:
            return SearchResult("too few shingles", before)
        return SearchResult("" if wanted in kept[:most] else "too many that may hold it", before)

    def _split(self, fingerprint: Fingerprint) -> tuple[Hashes, Hashes]:
        if fingerprint.signature is None:
            return np.empty(0, np.uint32), np.empty(0, np.uint32)
        return split_signature(fingerprint.signature, self._scheme.permutations, self._scheme.scheme)


def _before_in_stretch(holders: Holders, number: int) -> int:
    place = int(np.flatnonzero(holders.numbers == number)[0])
    stretches = holders.ends[: place + 1] // STRETCH
    return int((stretches[:-1] == stretches[-1]).sum())


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
    before = [one.before for one in results]
    return {
        "n": len(results),
        "found": round(float(np.mean([not one.why for one in results])), 4),
        "stories before, mean, p95, most": [
            round(float(np.mean(before)), 2),
            int(np.percentile(before, 95)),
            max(before),
        ],
        **_counted(Counter(one.why for one in results if one.why)),
    }


def _counted(whys: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(whys.items()))
