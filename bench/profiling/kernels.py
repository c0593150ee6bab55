"""Time of each compiled kernel and of its Python reference in one run, per text or pair."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Any

import numpy as np
from rich.progress import track

from bench.data.corpus import Corpus
from bench.data.synthetic import Newsroom, Sort
from bench.profiling.comparing_kernels import Work, Works, of_candidates, of_pairs, of_texts, word_table
from wirematch.fingerprint.minhash import FingerprintScheme, fingerprint_in_python, fingerprint_text
from wirematch.fingerprint.ranking import FULL_BUCKETS_PASSED_OVER, Postings, rank, rank_in_python
from wirematch.kernels import active_path, why_python
from wirematch.matching.pairs.alignment import align
from wirematch.matching.pairs.alignment_in_python import align_in_python
from wirematch.matching.pairs.sentences import overlap_sentences, overlap_sentences_in_python
from wirematch.matching.profiles.profile import profile
from wirematch.matching.profiles.text_profile import Profile
from wirematch.matching.runs import Seeds, find_runs, find_runs_in_python
from wirematch.text.furniture.finding import find_furniture_in_python
from wirematch.text.prepare import prepare, prepare_in_python, prepare_plain
from wirematch.text.sentence_cuts import english_cuts, sentence_starts
from wirematch.text.skeleton import prepare_from, prepare_from_in_python, skeleton_of
from wirematch.text.unmasking.unmask import Unmasked, unmask, unmask_letters

TEXTS, PAIRS = 300, 300
RUNS = 5
"""Runs of each; the median, the fastest and the slowest are reported."""
CANDIDATES = 32
STORED, CAP = 16_000, 128

Texts = Sequence[str]
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Sample:
    """Texts and pairs of texts, and what is prepared from them before measuring."""

    texts: Texts
    pairs: Pairs

    @cached_property
    def skeletons(self) -> list[bytes]:
        return [skeleton_of(prepare(text)) for text in self.texts]

    @cached_property
    def profiles(self) -> list[tuple[Profile, Profile]]:
        """All that a comparison finds cached for a story that was compared before."""
        rarity = word_table()
        made = [(profile(prepare(one), rarity), profile(prepare(other), rarity)) for one, other in self.pairs]
        for side in (side for pair in made for side in pair):
            _ = side.entries, side.sentence_weights, side.seeds.words, side.words_of_sentences, side.parts, side.side
        return made


def measure_kernels(corpus: Corpus | None) -> dict[str, Any]:
    """CPU time in microseconds per text or pair, on made-up texts and, with a corpus, on real ones."""
    figures: dict[str, Any] = {"path": active_path(), "why": why_python() or "", "runs": RUNS}
    figures["made_up"] = _measure(_made_up())
    if corpus is not None:
        figures["real"] = _measure(_real(corpus))
    return figures


def _measure(sample: Sample) -> dict[str, Any]:
    words = [len(text.split()) for text in sample.texts]
    figures: dict[str, Any] = {
        "texts": len(sample.texts),
        "pairs": len(sample.pairs),
        "words": round(float(np.mean(words)), 1),
    }
    prepared, rarity = list(map(prepare, sample.texts)), word_table()
    works = {
        **_of_texts(sample),
        **of_texts(prepared, rarity),
        **_of_postings(),
        **of_candidates(prepared, rarity, CANDIDATES),
        **_of_pairs(sample),
        **of_pairs(sample.profiles),
    }
    for name, (count, compiled, in_python) in track(works.items(), "measuring", transient=True):
        # In turns, so that a temporarily slow machine is slow for both.
        took: tuple[list[float], list[float]] = ([], [])
        for _ in range(RUNS + 1):
            for work, times in zip((compiled, in_python), took, strict=True):
                times.append(_took(work) / count * 1e6)
        figures[name] = _row(*(times[1:] for times in took))
    return figures


def _took(work: Work) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _row(compiled: list[float], in_python: list[float]) -> dict[str, Any]:
    def figures(times: list[float]) -> dict[str, float]:
        return {"us": round(median(times), 1), "least": round(min(times), 1), "most": round(max(times), 1)}

    ratio = round(median(in_python) / max(1e-9, median(compiled)), 1)
    return {"compiled": figures(compiled), "python": figures(in_python), "times_as_fast": ratio}


def _of_texts(sample: Sample) -> Works:
    scheme, texts, skeletons = FingerprintScheme(), sample.texts, sample.skeletons
    words = [prepare(text).words for text in texts]

    def signed(sign: Callable[[str, FingerprintScheme], object]) -> Work:
        return lambda: [sign(text, scheme) for text in texts]

    def by(read: Callable[[str, bytes], object]) -> Work:
        return lambda: [read(text, skeleton) for text, skeleton in zip(texts, skeletons, strict=True)]

    return {
        "read as a person reads it": (
            len(texts),
            lambda: [unmask.__wrapped__(text) for text in texts],
            lambda: [unmask_letters(Unmasked(text), text.encode("ascii", "replace")) for text in texts],
        ),
        "fingerprint": (len(texts), signed(fingerprint_text), signed(fingerprint_in_python)),
        "prepared from its skeleton": (len(texts), by(prepare_from), by(prepare_from_in_python)),
        "prepared from its skeleton, or without": (
            len(texts),
            by(prepare_from),
            lambda: [prepare(text) for text in texts],
        ),
        "sentences": (
            len(texts),
            lambda: [english_cuts(text, text.encode(), long_rows=False) for text in texts],
            lambda: [sentence_starts(text, long_rows=False) for text in texts],
        ),
        "prepared by kernels": (
            len(texts),
            lambda: [prepare_plain(text, None) for text in texts],
            lambda: [prepare_in_python(text, find_furniture_in_python(text)) for text in texts],
        ),
        "seeds of runs": (
            len(texts),
            lambda: [Seeds.of(hashes) for hashes in words],
            lambda: [Seeds.in_python(hashes) for hashes in words],
        ),
    }


def _of_postings() -> Works:
    draw = np.random.default_rng(1)
    postings = [
        Postings.of([np.sort(draw.choice(STORED, draw.integers(1, CAP), replace=False)) for _ in range(128)])
        for _ in range(20)
    ]
    least = float(np.log1p(STORED / CAP) * FULL_BUCKETS_PASSED_OVER)
    weights = [np.log1p(STORED / np.bincount(found.bands)) for found in postings]
    return {
        f"ranking of {int(np.mean(list(map(len, postings)))):,} postings": (
            len(postings),
            lambda: [rank(found, STORED, CAP) for found in postings],
            lambda: [rank_in_python(found, one, least, None) for found, one in zip(postings, weights, strict=True)],
        ),
    }


def _of_pairs(sample: Sample) -> Works:
    pairs = [(one, other) for one, other in sample.profiles if len(one.seeds.hashes) and len(other.seeds.hashes)]
    ready = [(one, other, overlap_sentences(one, other), find_runs(one.seeds, other.seeds)) for one, other in pairs]

    def each(work: Callable[..., object], of: Sequence[tuple[Any, ...]]) -> Work:
        return lambda: [work(*given) for given in of]

    seeds = [(one.seeds, other.seeds) for one, other in pairs]
    works: dict[str, tuple[Callable[..., object], Callable[..., object], Sequence[tuple[Any, ...]]]] = {
        "runs": (find_runs, find_runs_in_python, seeds),
        "sentence overlap": (overlap_sentences, overlap_sentences_in_python, pairs),
        "alignment": (align, align_in_python, ready),
    }
    return {name: (len(pairs), each(one, of), each(other, of)) for name, (one, other, of) in works.items()}


def _made_up() -> Sample:
    newsroom = Newsroom(seed=2)
    made = list(newsroom.make(0, 12 * PAIRS))
    bodies = {one.article.id: one.article.body for one in made}
    pairs = [(one.article.body, bodies[one.source_id]) for one in made if one.sort is Sort.REWRITE and one.source_id]
    return Sample([one.article.body for one in made[:TEXTS]], pairs[:PAIRS])


def _real(corpus: Corpus) -> Sample:
    texts = [row["text"] for row in corpus.background if 350 <= len(row["text"].split()) <= 450]
    return Sample(texts[:TEXTS], list(_real_pairs(corpus))[:PAIRS])


def _real_pairs(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """Yield some pairs of all families, derived and not."""
    scored = corpus.scored
    for pair in scored[:: max(1, len(scored) // PAIRS)]:
        yield corpus.articles[pair.new]["text"], corpus.articles[pair.source]["text"]
