"""Where a check's time goes: by telemetry step, and within deciding by stage.

Real stories of one agency, most of which have something to compare. First come single checks, one after the other, of
texts in no cache; then more stories in batches, which are stored and decided. Steps are wall time, as telemetry reports
them; stages are CPU time of the comparing threads.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from rich.progress import track

from bench.cost.in_process import server_seconds
from bench.data.corpus import Corpus
from bench.profiling.screening import measure_screen
from bench.profiling.stages import REST, StageClock, watched
from wirematch.composition.components import open_components
from wirematch.detection.detector import Detector
from wirematch.detection.telemetry import Step
from wirematch.fingerprint.minhash import sign
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.matching.fast_decision import decide_without_evidence
from wirematch.matching.judge import judge
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Decision
from wirematch.settings import Settings

BATCH = 64
CANDIDATES = 32
STORED_AT_ONCE = 64

STAGES: dict[str, Sequence[str]] = {
    REST: (
        "wirematch.detection.deciding.decision:SubmissionDecider.judge",
        "wirematch.detection.deciding.decision:SubmissionDecider.decide_batch",
    ),
    "prepare": ("wirematch.text.prepare:prepare",),
    "prepare from a skeleton": ("wirematch.text.skeleton:prepare_again",),
    "form: outline and phrases": ("wirematch.matching.profiles.profile:profile",),
    "likeness": ("wirematch.matching.choosing:choose",),
    "event and excerpts": (
        "wirematch.matching.neighbours.event:Event.pairs",
        "wirematch.matching.neighbours.event:Event.of_parts",
        "wirematch.kernels.scoring.event:EventTable.of",
    ),
    "what everybody has": ("wirematch.matching.boilerplate:without_common",),
    "views, sequences, sentences of a text": ("wirematch.kernels.forms.form:Form.measure",),
    "shares, sequences, runs, sentences of pairs": ("wirematch.matching.pairs.features:FeatureColumns.of",),
    "parts": ("wirematch.matching.parts:find_parts", "wirematch.matching.topic:part_of"),
    "model and trees": ("wirematch.matching.model.derivation:DerivationModel.probabilities_of",),
    "scoring in one call": ("wirematch.matching.scoring:PairScorer.score_at_once",),
    "scoring, the rest": ("wirematch.matching.scoring:PairScorer.score",),
    "alignment": ("wirematch.matching.pairs.pair:Pair.alignment",),
    "evidence": ("wirematch.matching.evidence:evidence_of",),
    "credit": ("wirematch.matching.credit:credits_source",),
    "versions": ("wirematch.matching.compare:Comparer.derive_from",),
    "attribution": ("wirematch.matching.judge:attribute",),
}
"""The functions timed, by stage; time within a function of another stage counts for that stage."""


@dataclass
class Steps:
    """A telemetry that adds up times."""

    seconds: dict[Step, float] = field(default_factory=lambda: defaultdict(float))

    def record(self, step: Step, count: int, seconds: float) -> None:  # noqa: ARG002 - the protocol's
        """See Telemetry."""
        self.seconds[step] += seconds

    def decided(self, source: str | None, decision: Decision, compared: int) -> None:
        """See Telemetry; decisions are not measured here."""

    def translated(self, engine: str, outcome: str, seconds: float) -> None:
        """See Telemetry; nothing is translated here."""


def measure_profile(corpus: Corpus, stored: int, stories: int) -> dict[str, Any]:
    """Milliseconds per story with ``stored`` others stored: of ``stories`` checks, and of as many added in bulk."""
    articles = [Article(id=row["id"], body=row["text"]) for row in corpus.background[: stored + 3 * stories]]
    if len(articles) < stored + 3 * stories:
        raise ValueError(f"the folder has {len(articles)} background stories, fewer than {stored} + 3 x {stories}")
    with tempfile.TemporaryDirectory(prefix="wirematch-bench-") as folder, EmbeddedStore(Path(folder)) as store:
        figures = asyncio.run(_profile(store.url, articles, stored, stories))
    return figures | {"screen": measure_screen(corpus)}


async def _profile(url: str, articles: Sequence[Article], stored: int, stories: int) -> dict[str, Any]:
    steps = Steps()
    warm, checked, added = (articles[stored + part * stories : stored + (part + 1) * stories] for part in range(3))
    async with open_components(url, Settings(redis_url=url, cpu_threads=1), telemetry=steps) as components:
        detector = components.detector
        for first in track(range(0, stored, STORED_AT_ONCE), "storing", transient=True):
            await detector.add_many(articles[first : min(stored, first + STORED_AT_ONCE)], decide=False)
        for article in warm[:50]:  # warm up what a process learns with its first articles
            await detector.check(article)

        async def check() -> None:
            for article in checked:
                await detector.check(article)

        async def add() -> None:
            for first in range(0, len(added), BATCH):
                await detector.add_many(added[first : first + BATCH])

        judging = [await _judging(detector, article) for article in warm[50:]]
        return {
            "stored": stored,
            "single check": await _watch(url, steps, check, len(checked)),
            "bulk": await _watch(url, steps, add, len(added)),
            f"judging against {CANDIDATES}": _medians([one for one in judging if one]),
        }


async def _watch(url: str, steps: Steps, work: Callable[[], Awaitable[None]], stories: int) -> dict[str, Any]:
    steps.seconds.clear()
    server = server_seconds(url)
    with watched(STAGES) as clock:
        started, used, own = time.perf_counter(), time.process_time(), time.thread_time()
        await work()
        took, used, own = time.perf_counter() - started, time.process_time() - used, time.thread_time() - own
    server = server_seconds(url) - server
    shown = {str(step): round(seconds / stories * 1000, 3) for step, seconds in steps.seconds.items()}
    return {
        "stories": stories,
        "ms": round(took / stories * 1000, 3),
        "processor ms": round(used / stories * 1000, 3),
        "of it the event loop, ms": round(own / stories * 1000, 3),
        "the server's processor ms": round(server / stories * 1000, 3),
        "steps, ms": shown,
        "deciding, processor ms": _by_stage(clock, stories),
    }


def _by_stage(clock: StageClock, stories: int) -> dict[str, dict[str, float]]:
    rows = {
        stage: {
            "ms": round(clock.seconds[stage] / stories * 1000, 3),
            "calls": round(clock.calls[stage] / stories, 2),
        }
        for stage in STAGES
    }
    return {**rows, "all": {"ms": round(sum(clock.seconds.values()) / stories * 1000, 3), "calls": 1.0}}


async def _judging(detector: Detector, article: Article) -> dict[str, float]:
    """Time judging one story against the best candidates before any sieve; empty if they are too few."""
    found = await detector.index.lookup(sign(article.body, detector.scheme))
    records = await detector.index.fetch(found.ranking, CANDIDATES)
    if len(records) < CANDIDATES / 2:
        return {}
    comparer = default_comparer()
    stories = [comparer.prepare(record.article) for record in records]
    return {
        "candidates": len(records),
        "evidence, stories met first": _took(lambda side: _judge(comparer, side, stories), comparer, article),
        "evidence": _took(lambda side: _judge(comparer, side, stories), comparer, article),
        "decision alone": _took(lambda side: decide_without_evidence(comparer, side, stories), comparer, article),
    }


def _judge(comparer: Comparer, submission: PreparedArticle, stories: Sequence[PreparedArticle]) -> None:
    judge(comparer, submission, stories, include_related=False, limit=10)


def _took(work: Callable[[PreparedArticle], object], comparer: Comparer, article: Article) -> float:
    submission = comparer.prepare(article)
    started = time.thread_time()
    work(submission)
    return (time.thread_time() - started) * 1000


def _medians(rows: Sequence[dict[str, float]]) -> dict[str, Any]:
    found: dict[str, Any] = {"stories": len(rows)}
    for name in rows[0] if rows else ():
        numbers = sorted(row[name] for row in rows)
        mean = round(sum(numbers) / len(numbers), 2)
        p50, p95 = round(median(numbers), 2), round(numbers[int(0.95 * (len(numbers) - 1))], 2)
        found[name] = mean if name == "candidates" else {"p50 ms": p50, "p95 ms": p95, "mean ms": mean}
    return found
