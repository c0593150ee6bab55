"""Accuracy as the data's README defines it: how many rewrites are found, and how well pairs are decided."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Collection, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from rich.progress import track
from sklearn.metrics import f1_score, roc_auc_score

from bench.accuracy.baselines import ContainmentBaseline, LshBaseline
from bench.data.corpus import Corpus, Labelled
from bench.data.neighbours import Neighbourhood
from bench.models.examples import Asked
from wirematch.composition.components import open_detector
from wirematch.detection.detector import Detector
from wirematch.fingerprint.minhash import sign
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.index.protocol import Record
from wirematch.matching.compare import PreparedArticle
from wirematch.matching.fast_decision import decide_without_evidence
from wirematch.matching.judge import judge
from wirematch.matching.neighbours.event import MOST_NEIGHBOURS
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Filters
from wirematch.settings import Settings

ACCURACY_PARTS = ("finding", "decision")
Split = Literal["test", "training", "all"]
WORKERS = 2
FALSE_POSITIVES = 0.01
STORED_AT_ONCE = 256
TIMED_EVERY = 5
TIMED_WORDS = range(300, 500)
"""One in ``TIMED_EVERY`` of the queries with so many words is judged again to measure the time."""


@dataclass(frozen=True, slots=True)
class Query:
    """A rewrite to look up, and the stored stories any of which is a correct answer."""

    new: str
    valid: frozenset[str]


def measure_accuracy(corpus: Corpus, split: Split, parts: Collection[str] = ACCURACY_PARTS) -> dict[str, Any]:
    """Measure finding, decision and baselines on the pairs of a split; all pairs only of a folder never trained on."""
    pairs = [pair for pair in corpus.scored if split == "all" or corpus.is_test(pair) == (split == "test")]
    positive = sum(pair.positive for pair in pairs)
    figures: dict[str, Any] = {"pairs": {"scored": len(pairs), "positive": positive, "split": split}, "baselines": {}}
    if "finding" in parts:
        stored = {pair.source: corpus.articles[pair.source]["text"] for pair in corpus.scored if pair.positive}
        queries = queries_of(corpus, pairs, stored)
        stored |= {row["id"]: row["text"] for row in corpus.background}
        figures["finding"] = asyncio.run(_find(corpus, stored, queries))
        lsh = LshBaseline(stored)
        found_by_lsh = [bool(q.valid & lsh.query(corpus.articles[q.new]["text"])) for q in queries]
        figures["baselines"]["datasketch_lsh"] = {"found": round(float(np.mean(found_by_lsh)), 4)}
    if "decision" in parts:
        labels = np.array([pair.positive for pair in pairs])
        bodies = [(corpus.articles[pair.new]["text"], corpus.articles[pair.source]["text"]) for pair in pairs]
        containment = np.array([ContainmentBaseline.score(*body) for body in bodies])
        figures["decision"] = _decide(corpus, pairs, labels)
        figures["baselines"]["containment3"] = _decision(labels, containment, _best_threshold(labels, containment))
    return figures


def _decide(corpus: Corpus, pairs: list[Labelled], labels: NDArray[np.bool_]) -> dict[str, Any]:
    """Decide the pairs by the service's own steps, with the neighbours in an index of all articles, and without."""
    texts = {key: row["text"] for key, row in corpus.articles.items()}
    texts |= {row["id"]: row["text"] for row in corpus.background}
    around = Neighbourhood(texts, list(texts))
    around.ask(article_id for pair in pairs for article_id in (pair.new, pair.source))
    asked = [Asked(pair.new, pair.source, around.of(pair.new, pair.source)[:MOST_NEIGHBOURS]) for pair in pairs]
    with ProcessPoolExecutor(WORKERS, initializer=_share, initargs=(texts,)) as pool:
        ours = np.fromiter(pool.map(_probability, asked, chunksize=16), np.float64)
        alone = np.fromiter(pool.map(_probability_alone, asked, chunksize=16), np.float64)
    threshold = default_comparer().model.threshold
    return {
        **_decision(labels, ours, threshold),
        "threshold": threshold,
        "without_neighbours": _decision(labels, alone, threshold),
        "calibration": _calibration(labels, ours),
        "families": _families(pairs, ours >= threshold),
    }


def queries_of(corpus: Corpus, pairs: list[Labelled], stored: Iterable[str]) -> list[Query]:
    """Return the derived articles of pairs, each with all stored stories that are correct answers."""
    by_chain: dict[str, set[str]] = defaultdict(set)
    for article_id in stored:
        by_chain[corpus.chains[article_id]].add(article_id)
    return [
        Query(pair.new, frozenset(by_chain[corpus.chains[pair.source]] - {pair.new})) for pair in pairs if pair.positive
    ]


async def _find(corpus: Corpus, stored: dict[str, str], queries: list[Query]) -> dict[str, Any]:
    """Store everything in a real store, then look up the queries."""
    with tempfile.TemporaryDirectory(prefix="wirematch-bench-") as folder, EmbeddedStore(Path(folder)) as store:
        settings = Settings(data_dir=Path(folder), redis_url=store.url)
        async with open_detector(store.url, settings) as detector:
            articles = [Article(id=article_id, body=body) for article_id, body in stored.items()]
            for start in track(range(0, len(articles), STORED_AT_ONCE), "storing", transient=True):
                await detector.add_many(articles[start : start + STORED_AT_ONCE], decide=False)
            bodies = [corpus.articles[query.new]["text"] for query in queries]
            timed = [body for body in bodies if len(body.split()) in TIMED_WORDS][::TIMED_EVERY]
            judging = np.array(
                [_judging_times(body, await _best_candidates(detector, body, settings.compare_limit)) for body in timed]
            )
            looked_up = [
                await _look_up(detector, settings.compare_limit, query, corpus.articles[query.new]["text"])
                for query in track(queries, "finding", transient=True)
            ]
    found, first, candidates = zip(*looked_up, strict=True)
    return {
        "found": round(float(np.mean(found)), 4),
        "missed": found.count(False),
        "first": round(float(np.mean(first)), 4),
        "candidates_mean": round(float(np.mean(candidates)), 1),
        "candidates_p95": float(np.percentile(candidates, 95)),
        "stored": len(stored),
        "queries": len(queries),
        "compared_at_most": settings.compare_limit,
        "judging_ms_p50": round(float(np.median(judging[:, 1])), 2),
        "judging_ms_p95": round(float(np.percentile(judging[:, 1], 95)), 2),
        "judging_first_ms_p50": round(float(np.median(judging[:, 0])), 2),
        "judging_first_ms_p95": round(float(np.percentile(judging[:, 0], 95)), 2),
        "ruling_ms_p50": round(float(np.median(judging[:, 2])), 2),
    }


async def _best_candidates(detector: Detector, body: str, most: int) -> list[Record]:
    """Return candidates as the index ranks them, before any sieve."""
    candidates = await detector.index.lookup(sign(body, detector.scheme))
    return await detector.index.fetch(candidates.ranking, most)


async def _look_up(detector: Detector, compare_limit: int, query: Query, body: str) -> tuple[bool, bool, int]:
    """Return whether a valid story was compared, whether one led the report, and the number of candidates."""
    compared = await detector.candidates(Article(body=body), compare_limit)
    report = await detector.check(Article(body=body), Filters(limit=100))
    # The query itself may be stored; then it leads, with the others as its versions.
    in_order = [entry.id for match in report.matches for entry in (match, *match.versions)]
    leading = next((article_id for article_id in in_order if article_id != query.new), None)
    valid = any(entry.article.id in query.valid for entry in compared)
    return valid, leading in query.valid, report.index.candidates


def _judging_times(body: str, compared: list[Record]) -> tuple[float, float, float]:
    """Return the CPU milliseconds of judging prepared texts with passages, cold and warm, and of deciding alone.

    Cold, none of the texts has been measured, so the time includes what measuring caches per text; warm is the same
    again, as with recent stories in a running service.
    """
    comparer = default_comparer()
    submission, stories = comparer.prepare(Article(body=body)), [comparer.prepare(entry.article) for entry in compared]
    edges = [time.thread_time()]
    judge(comparer, submission, stories, include_related=False, limit=10)
    edges.append(time.thread_time())
    judge(comparer, submission, stories, include_related=False, limit=10)
    edges.append(time.thread_time())
    decide_without_evidence(comparer, submission, stories)
    edges.append(time.thread_time())
    first, again, fast = (np.diff(edges) * 1000).tolist()
    return first, again, fast


_texts: dict[str, str]  # one per worker process


def _share(texts: dict[str, str]) -> None:
    global _texts  # noqa: PLW0603
    _texts = texts


@lru_cache(2_000)
def _side(article_id: str) -> PreparedArticle:
    return default_comparer().prepare(Article(id=article_id, body=_texts[article_id]))


def _probability(pair: Asked) -> float:
    """The probability that ``/v1/compare`` reports if the event is stored."""
    comparer = default_comparer()
    mine = _side(pair.first)
    event = comparer.event(mine, map(_side, pair.neighbours))
    return comparer.compare(mine, _side(pair.second), event=event).probability


def _probability_alone(pair: Asked) -> float:
    """The same with nothing stored."""
    return default_comparer().compare(_side(pair.first), _side(pair.second)).probability


def _decision(labels: NDArray[np.bool_], scores: NDArray[np.float64], threshold: float) -> dict[str, float]:
    negatives = np.sort(scores[~labels])[::-1]
    reached = negatives[int(FALSE_POSITIVES * len(negatives))]
    return {
        "auc": round(float(roc_auc_score(labels, scores)), 4),
        "f1": round(float(f1_score(labels, scores >= threshold)), 4),
        "tpr_at_1pct_fpr": round(float(np.mean(scores[labels] > reached)), 4),
    }


def _calibration(labels: NDArray[np.bool_], scores: NDArray[np.float64]) -> dict[str, Any]:
    """Expected calibration error over ten bins of equal width (Naeini et al. 2015), and the reliability diagram."""
    place = np.minimum((scores * 10).astype(int), 9)
    bins = [
        {
            "from": b / 10,
            "n": int(sum(place == b)),
            "said": float(scores[place == b].mean()),
            "is": float(labels[place == b].mean()),
        }
        for b in range(10)
        if (place == b).any()
    ]
    error = sum(row["n"] * abs(row["said"] - row["is"]) for row in bins) / len(labels)
    return {"ece": round(error, 4), "bins": [{k: round(v, 4) for k, v in row.items()} for row in bins]}


def _best_threshold(labels: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """Chosen on the same pairs that it is scored on, which gives a baseline its best case."""
    steps = np.unique(np.quantile(scores, np.linspace(0, 1, 201)))
    return float(max(steps, key=lambda step: f1_score(labels, scores >= step)))


def _families(pairs: list[Labelled], derived: NDArray[np.bool_]) -> dict[str, dict[str, Any]]:
    rows: dict[str, list[bool]] = defaultdict(list)
    labels = {}
    for pair, called in zip(pairs, derived.tolist(), strict=True):
        rows[pair.family].append(called)
        labels[pair.family] = "positive" if pair.positive else "negative"
    return {
        family: {"label": labels[family], "n": len(called), "rate": round(float(np.mean(called)), 4)}
        for family, called in sorted(rows.items())
    }
