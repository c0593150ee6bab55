"""What different samplings of shingles find with how many postings, and the sieve by sketches and by shingles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from bench.accuracy.labelled_pairs import queries_of
from bench.data.corpus import Corpus
from wirematch.detection.policy import (
    LEAST_OVERLAP,
    SECOND_LOOK,
    SHORT,
    closeness_for,
    overlapping,
    overlapping_sketches,
    plausible,
)
from wirematch.fingerprint.bottom import LEAST_POSTED, MOST_POSTED, bottom_of, signature_of, split_signature
from wirematch.fingerprint.minhash import Fingerprint, FingerprintScheme, fingerprint_many
from wirematch.fingerprint.overlap import overlaps
from wirematch.fingerprint.ranking import Postings, rank
from wirematch.fingerprint.sampling import Sampling
from wirematch.index.buckets import bucket_hashes
from wirematch.text.prepare import prepare
from wirematch.text.skeleton import skeleton_of

CAP, COMPARED, ASKED = 128, 32, 128
SKELETONS = 1_000
Hashes = NDArray[np.uint32]
Choose = Callable[[Fingerprint], Hashes]


def measure_samplings(corpus: Corpus, most: int) -> dict[str, Any]:
    """For test rewrites and ``most`` others, count those found among 32 candidates, and those left by the sieve."""
    ways: dict[str, tuple[Choose, Choose]] = {
        "MinHash, 128": (_minhash, _minhash),
        "third by count, 24 to 96, asked the same": (partial(_by_count, 24, 96), partial(_by_count, 24, 96)),
        "third by count, 32 to 96, asked 128": (partial(_by_count, 32, 96), _asked),
        "third by value, 40 to 96, asked 128": (partial(_by_value, 1 / 3), _asked),
        "the same, and what fills gaps": (partial(_filled, Sampling.BOTTOM), partial(_asked_too, Sampling.BOTTOM)),
        "the same, of rare shingles first": (partial(_filled, Sampling.RARE), partial(_asked_too, Sampling.RARE)),
        "two fifths by value, 40 to 96, asked 128": (partial(_by_value, 2 / 5), _asked),
        "128 smallest": (_asked, _asked),
    }
    figures: dict[str, Any] = {}
    for name, test in (("test", True), ("others", False)):
        pairs = [pair for pair in corpus.scored if corpus.is_test(pair) == test]
        texts = {pair.source: corpus.articles[pair.source]["text"] for pair in corpus.scored if pair.positive}
        queries = queries_of(corpus, pairs, texts)[: None if test else most]
        texts |= {row["id"]: row["text"] for row in corpus.background}
        stored = dict(zip(texts, fingerprint_many(list(texts.values()), FingerprintScheme()), strict=True))
        bodies = [corpus.articles[query.new]["text"] for query in queries]
        asked = fingerprint_many(bodies, FingerprintScheme())
        wanted = [(query.new, query.valid) for query in queries]
        told: Counter[str] = Counter()
        figures[name] = {"queries": len(queries), "stored": len(stored)} | {
            way: _found(stored, asked, wanted, *choices, told if choices[1] is _asked else Counter())
            for way, choices in track(ways.items(), name, transient=True)
        }
        figures[name]["sieve"] = dict(told)
    lengths = [len(skeleton_of(prepare(row["text"]))) for row in corpus.background[:SKELETONS]]
    sketches = [len(one.sketch or b"") for one in stored.values()]
    figures["bytes"] = {
        "skeleton_mean": round(float(np.mean(lengths)), 1),
        "skeleton_p99": round(float(np.percentile(lengths, 99)), 1),
        "sketch_mean": round(float(np.mean(sketches)), 1),
    }
    return figures


def _minhash(fingerprint: Fingerprint) -> Hashes:
    return bucket_hashes(fingerprint.signature)


def _asked(fingerprint: Fingerprint) -> Hashes:
    return bottom_of(fingerprint.shingles, ASKED, Sampling.BOTTOM)


def _by_count(least: int, most: int, fingerprint: Fingerprint) -> Hashes:
    count = len(fingerprint.shingles)
    return bottom_of(fingerprint.shingles, max(least, min(most, round(count / 3))), Sampling.BOTTOM)


def _by_value(share: float, fingerprint: Fingerprint) -> Hashes:
    hashes = _asked(fingerprint)
    small = int(np.searchsorted(hashes, int(share * 2**32)))
    return hashes[: max(LEAST_POSTED, min(MOST_POSTED, small))]


def _filled(sampling: Sampling, fingerprint: Fingerprint) -> Hashes:
    return split_signature(_signature(sampling, fingerprint), ASKED, sampling)[0]


def _asked_too(sampling: Sampling, fingerprint: Fingerprint) -> Hashes:
    return np.concatenate(split_signature(_signature(sampling, fingerprint), ASKED, sampling))


def _signature(sampling: Sampling, fingerprint: Fingerprint) -> Hashes:
    if fingerprint.in_order is None or not len(fingerprint.in_order):
        return np.empty(0, np.uint32)
    return signature_of(fingerprint.in_order, ASKED, sampling)


def _found(  # noqa: PLR0913 - what is stored, what is asked, and how
    stored: dict[str, Fingerprint],
    asked: Sequence[Fingerprint],
    wanted: Sequence[tuple[str, frozenset[str]]],
    post: Choose,
    ask: Choose,
    told: Counter[str],
) -> dict[str, float]:
    """Rank like the index, with its cap, and sieve like detection."""
    numbers = {article_id: number for number, article_id in enumerate(stored)}
    fingerprints = list(stored.values())
    hashes, owners = _sorted_postings([post(one) for one in fingerprints])
    found = left = candidates = compared = 0
    for mine, (own, valid) in zip(asked, wanted, strict=True):
        buckets = ask(mine)
        ends = np.searchsorted(hashes, buckets, side="right")
        starts = np.maximum(np.searchsorted(hashes, buckets), ends - CAP)
        held = [
            np.asarray(owners[start:end], np.uint64) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]
        ranking = rank(Postings.of(held), len(fingerprints), CAP)
        if own in numbers:
            ranking = ranking.without(np.array([numbers[own]], np.uint64))
        closeness = closeness_for(ranking, len(fingerprints), len(mine.shingles))
        best = plausible(ranking, len(fingerprints), COMPARED, closeness).numbers.tolist()
        wanted_here = {numbers[one] for one in valid if one in numbers}
        enough = overlapping(mine.shingles, [fingerprints[number].shingles for number in best], closeness=closeness)
        candidates += len(best)
        compared += sum(enough)
        _sieve(mine, [fingerprints[number] for number in best], told)
        found += any(number in wanted_here for number in best)
        left += any(keep and number in wanted_here for number, keep in zip(best, enough, strict=True))
    return {
        "postings": round(len(hashes) / len(fingerprints), 1),
        "found": round(found / len(wanted), 4),
        "left_by_the_sieve": round(left / len(wanted), 4),
        "candidates": round(candidates / len(wanted), 1),
        "compared": round(compared / len(wanted), 2),
    }


def _sorted_postings(posted: Sequence[Hashes]) -> tuple[Hashes, NDArray[np.uint64]]:
    """Return all postings, sorted by hash, and the number of each one's story."""
    hashes, owners = np.concatenate(posted), np.repeat(np.arange(len(posted)), list(map(len, posted)))
    order = np.argsort(hashes, kind="stable")
    return hashes[order], owners[order].astype(np.uint64)


def _sieve(mine: Fingerprint, others: Sequence[Fingerprint], told: Counter[str]) -> None:
    """Count the sieve's results by sketches, and where they differ from those by all shingles."""
    by_sketches = overlapping_sketches(mine.shingles, [one.sketch or b"" for one in others])
    shares = overlaps(mine.shingles, [one.shingles for one in others]).tolist()
    for place, (said, share, other) in enumerate(zip(by_sketches, shares, others, strict=True)):
        told["candidates"] += 1
        told["left"] += bool(said)
        told["in_doubt"] += said is None
        anyway = place < SECOND_LOOK and min(len(mine.shingles), len(other.shingles)) <= SHORT
        told["enough by sketches alone"] += said is True and not anyway and share < LEAST_OVERLAP
        told["enough by shingles alone"] += said is False and share >= LEAST_OVERLAP
