"""Excerpts, noise and evasion, short texts, other languages and spellings: what happens to each, in a real index."""

from __future__ import annotations

import asyncio
import json
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from bench.accuracy.spellings import measure_spellings
from bench.data.cases import Bench, Case
from bench.data.noise import NOISES
from wirematch.composition.components import open_detector
from wirematch.detection.detector import Detector
from wirematch.fingerprint.minhash import sign
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.models import Article, Decision, Filters, Match, Report
from wirematch.settings import Settings

PARTS = ("excerpts", "noise", "short", "languages", "spellings")
STORED_AT_ONCE = 256
SHOWN = Filters(limit=100)
MOST_COMPARED = 1_000
EXCERPT_COVERED = 0.8
"""Share of an excerpt's characters that passages from its story must cover for it to count as shown."""
_MARKS_OF_SPEECH = re.compile('["“”„‟«»「」]')
_STORIES = Path(__file__).parents[2] / "tests" / "stories"
LANGUAGES = {"": _STORIES / "languages", "second ": _STORIES / "languages_second"}
"""Made-up stories: those used while languages were added, and those scored only afterwards."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a report said of a case."""

    decision: Decision
    why: str | None
    right: Match | None
    """The match with a valid story."""
    matched: bool
    """Whether anything matched."""
    shown: bool
    """Whether the excerpt is in passages from a valid story."""
    milliseconds: float


def measure_robustness(
    bench: Bench, *, within: Path | None = None, parts: Sequence[str] = PARTS, only: Sequence[str] = ("",)
) -> dict[str, Any]:
    """Return the tables of the parts, through a store with the stories of ``bench``; ``only`` has prefixes of rows.

    The store is a new one, or the one in the folder ``within``, to which these stories are added permanently.
    """
    return asyncio.run(_measure(bench, within, parts, tuple(only)))


async def _measure(bench: Bench, within: Path | None, parts: Sequence[str], only: tuple[str, ...]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    with (
        tempfile.TemporaryDirectory(prefix="wirematch-bench-") as folder,
        EmbeddedStore(within or Path(folder)) as store,
    ):
        settings = Settings(data_dir=store.data_dir, redis_url=store.url)
        async with open_detector(store.url, settings) as detector:
            stories = bench.stored | bench.beside
            articles = [Article(id=key, source="Stored", body=body) for key, body in stories.items()]
            for start in track(range(0, len(articles), STORED_AT_ONCE), "storing", transient=True):
                await detector.add_many(articles[start : start + STORED_AT_ONCE], decide=False)
            any_text = sign(articles[0].body, detector.scheme)
            figures["stored"] = (await detector.index.lookup(any_text)).documents
            if "excerpts" in parts:
                figures["excerpts"] = {
                    name: _excerpts(await _ask(detector, cases), await _compared(detector, cases))
                    for name, cases in bench.excerpts().items()
                    if name.startswith(only)
                }
            if "noise" in parts:
                figures["noise"] = await _noise(detector, bench, only)
            if "short" in parts:
                figures["short"] = {
                    name: _decisions(await _ask(detector, cases))
                    for name, cases in bench.short().items()
                    if name.startswith(only)
                }
            if "languages" in parts:
                figures["languages"] = await _languages(detector, only)
            if "spellings" in parts:
                figures["spellings"] = await measure_spellings(detector, only)
    return figures


async def _ask(detector: Detector, cases: Sequence[Case]) -> list[Answer]:
    return [await _answer(detector, case) for case in track(cases, "asking", transient=True)]


async def _answer(detector: Detector, case: Case) -> Answer:
    started = time.perf_counter()
    report = await detector.check(Article(body=case.text), SHOWN)
    took = (time.perf_counter() - started) * 1000
    right = next((match for match in report.matches if _valid(match, case.valid)), None)
    return Answer(report.decision, report.why, right, bool(report.matches), _shown(case, report), took)


def _valid(match: Match, valid: frozenset[str]) -> bool:
    return match.id in valid or any(version.id in valid for version in match.versions)


def _shown(case: Case, report: Report) -> bool:
    """Whether passages cover the excerpt, possibly through a version of the story with the same words."""
    start = case.text.find(case.excerpt) if case.excerpt else -1
    if start < 0:
        return False
    end = start + len(case.excerpt)
    covered = np.zeros(end - start, np.bool_)
    for match in report.matches:
        for passage in match.passages:
            covered[max(0, passage.submission.start - start) : max(0, passage.submission.end - start)] = True
    return bool(covered.mean() >= EXCERPT_COVERED)


async def _compared(detector: Detector, cases: Sequence[Case]) -> float:
    """Return the share of cases in which a valid story is among the texts compared, whatever is decided then."""
    found = [await detector.candidates(Article(body=case.text), MOST_COMPARED) for case in cases]
    return _share(
        any(record.id in case.valid for record in records) for case, records in zip(cases, found, strict=True)
    )


def _excerpts(answers: Sequence[Answer], compared: float) -> dict[str, Any]:
    return {
        "n": len(answers),
        "compared": compared,
        "found": _share(answer.right is not None for answer in answers),
        "shown": _share(answer.shown for answer in answers),
        "ms": round(float(np.median([answer.milliseconds for answer in answers])), 1),
    }


async def _noise(detector: Detector, bench: Bench, only: tuple[str, ...]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    kinds = {"copies": bench.copies(), "rewrites": bench.rewritten(), "other outlets": bench.reports()}
    for kind, cases in kinds.items():
        if not kind.startswith(only):
            continue
        clean: list[Answer] = []
        for name, noise in NOISES.items():
            noisy = [Case(noise(case.text, random.Random(place)), case.valid) for place, case in enumerate(cases)]
            answers = await _ask(detector, noisy)
            clean = clean or answers
            figures[f"{kind}, {name}"] = _decisions(answers) | {
                "found": _share(answer.right is not None for answer in answers),
                "as clean": _share(one.decision is other.decision for one, other in zip(answers, clean, strict=True)),
                "coverage": round(
                    float(np.mean([answer.right.coverage.submission if answer.right else 0 for answer in answers])), 3
                ),
            }
    return figures


def _decisions(answers: Sequence[Answer]) -> dict[str, Any]:
    counts = Counter(answer.decision for answer in answers)
    shares = {str(kind): round(counts[kind] / len(answers), 3) for kind in Decision}
    return {
        "n": len(answers),
        **shares,
        "right": _share(answer.right is not None for answer in answers),
        "matched": _share(answer.matched for answer in answers),
        "ms": round(float(np.median([answer.milliseconds for answer in answers])), 1),
    }


async def _languages(detector: Detector, only: tuple[str, ...]) -> dict[str, Any]:
    stories = {
        f"{prefix}{file.stem}": json.loads(file.read_text(encoding="utf-8"))
        for prefix, folder in LANGUAGES.items()
        for file in sorted(folder.glob("*.json"))
        if f"{prefix}{file.stem}".startswith(only)
    }
    await detector.add_many(
        [Article(id=f"{language}-wire", source="Stored", body=story["wire"]) for language, story in stories.items()],
        decide=False,
    )
    figures: dict[str, Any] = {}
    for language, story in stories.items():
        wire = f"{language}-wire"
        row = {}
        for kind in ("copy", "rewrite", "independent", "excerpt", "unrelated"):
            text = _excerpted(story) if kind == "excerpt" else story.get(kind, story["wire"])
            answer = await _answer(detector, Case(text, frozenset({wire})))
            compared = await detector.compare(Article(body=text), Article(body=story["wire"]))
            row[kind] = f"{answer.decision} {compared.probability:.2f}"
        figures[language] = row
    return figures


def _excerpted(story: dict[str, str]) -> str:
    """Insert the wire story's longest paragraph without speech into the middle of the unrelated story."""
    told = [part for part in story["wire"].splitlines()[1:] if not _MARKS_OF_SPEECH.search(part)]
    paragraphs = story["unrelated"].splitlines()
    return "\n".join([*paragraphs[:3], max(told, key=len), *paragraphs[3:]])


def _share(flags: Iterator[bool]) -> float:
    return round(float(np.mean(list(flags))), 3)
