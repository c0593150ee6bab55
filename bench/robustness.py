"""What becomes of excerpts, of noise and evasion, of short texts and of other languages, through a real index."""

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
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from bench.cuts import alert, brief, host, is_own, own_run, planted, word_run, words_of
from bench.data import Corpus, Labelled
from bench.noise import NOISES
from wirematch.composition.parts import open_detector
from wirematch.detection.detector import Detector
from wirematch.index.embedded import EmbeddedStore
from wirematch.matching.event import MANY
from wirematch.models import Article, Decision, Filters, Match, Report
from wirematch.settings import Settings

PARTS = ("excerpts", "noise", "short", "languages")
STORED_AT_ONCE = 256
SHOWN = Filters(limit=100)
EXCERPT_COVERED = 0.8
"""Share of an excerpt's characters that passages from its story cover when it counts as shown."""
RUN = 8
"""Words in a row by which it is told whether other stories have an excerpt, too."""
STRANGERS = ("ecb_similar_event_same_topic", "ecb_same_event_other_outlet")
"""Families whose articles are hosts of excerpts, and are not stored."""
REPORTS = ("same_event_other_outlet_basil",)
"""Families of other outlets' reports of the same event."""
_MARKS_OF_SPEECH = re.compile('["“”„‟«»「」]')
LANGUAGES = Path(__file__).parents[1] / "tests" / "stories" / "languages"


@dataclass(frozen=True, slots=True)
class Case:
    """A text to check, and the stories any of which answers it; none where it derives from nothing stored."""

    text: str
    valid: frozenset[str]
    excerpt: str = ""


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
    """Whether the excerpt stands in passages from a valid story."""
    milliseconds: float


class Bench:
    """Stories chosen from a folder of labelled articles, the same ones every time."""

    def __init__(self, corpus: Corpus, stored: int, cases: int) -> None:
        self._corpus = corpus
        self._cases = cases
        self._texts = {key: row["text"] for key, row in corpus.articles.items()}
        background = {row["id"]: row["text"] for row in corpus.background}
        pairs = [pair for pair in corpus.scored if pair.positive]
        self.rewrites = [pair for pair in pairs if pair.family.startswith(("ose_rewrite", "llm_sheepdog", "llm_poli"))]
        random.Random(2).shuffle(self.rewrites)
        wanted = [pair.source for pair in self.rewrites[: 4 * cases]]
        self._reports = [pair for pair in corpus.scored if pair.family in REPORTS]
        random.Random(6).shuffle(self._reports)
        self._reports = _asked_or_stored(self._reports)
        wanted += [pair.source for pair in self._reports]
        kept = {article_id: self._texts[article_id] for article_id in wanted}
        self.stored = kept | {key: background[key] for key in list(background)[: max(0, stored - len(kept))]}
        strangers = sorted({pair.new for pair in corpus.scored if pair.family in STRANGERS})
        events = {corpus.components.get(key) for key in self.stored}
        self._strangers = [self._texts[key] for key in strangers if corpus.components[key] not in events]

    def excerpts(self) -> dict[str, list[Case]]:
        """Two sentences and runs of words, word for word, in strange articles; and three sentences reworded."""
        chance = random.Random(3)
        hosts = self._hosts(chance)
        cases: dict[str, list[Case]] = {}
        for words in (300, 1_000, 5_000):
            cases[f"two sentences in {words} words"] = self._planted(
                lambda text: own_run(text, 25, 90, 2, chance), hosts, words, chance
            )
        for size in (25, 35, 50):
            for words in (300, 5_000):
                cases[f"{size} words in {words}"] = self._planted(
                    lambda text, size=size: word_run(text, size, chance), hosts, words, chance
                )
        cases["three reworded sentences in 300 words"] = self._reworded(hosts, chance)
        return cases

    def _planted(self, cut: Any, hosts: Iterator[str], words: int, chance: random.Random) -> list[Case]:
        cases: list[Case] = []
        ids = sorted(self.stored)
        while len(cases) < (self._cases if words < 5_000 else self._cases // 2):
            source = chance.choice(ids)
            excerpt = cut(self.stored[source]) if words_of(self.stored[source]) >= 150 else None
            if excerpt and self._is_own(excerpt):
                text = planted(host(hosts, words), excerpt, chance)
                if is_own(text, excerpt):  # beside somebody's letter it would be read as more of it
                    cases.append(Case(text, frozenset({source}), excerpt))
        return cases

    def _is_own(self, excerpt: str) -> bool:
        """Whether few other stored stories have any of its runs of words: what many have is everybody's."""
        return max(map(self._holders.__getitem__, _runs(excerpt)), default=1) < MANY

    @cached_property
    def _holders(self) -> Counter[int]:
        return Counter(run for text in self.stored.values() for run in set(_runs(text)))

    def _reworded(self, hosts: Iterator[str], chance: random.Random) -> list[Case]:
        cases: list[Case] = []
        for pair in self.rewrites:
            excerpt = own_run(self._texts[pair.new], 40, 120, 3, chance)
            if excerpt and pair.source in self.stored and len(cases) < self._cases:
                cases.append(Case(planted(host(hosts, 300), excerpt, chance), frozenset({pair.source}), excerpt))
        return cases

    def _hosts(self, chance: random.Random) -> Iterator[str]:
        while True:
            yield from chance.sample(self._strangers, len(self._strangers))

    def copies(self) -> list[Case]:
        ids = [key for key in sorted(self.stored) if 120 <= words_of(self.stored[key]) <= 700]
        return [Case(self.stored[key], frozenset({key})) for key in random.Random(4).sample(ids, self._cases)]

    def rewritten(self) -> list[Case]:
        found = [pair for pair in self.rewrites if pair.source in self.stored]
        return [Case(self._texts[pair.new], frozenset({pair.source})) for pair in found[: self._cases]]

    def reports(self) -> list[Case]:
        """Other outlets' reports of the same events; what is called right here is a false alarm."""
        return [Case(self._texts[pair.new], frozenset({pair.source})) for pair in self._reports[: self._cases]]

    def short(self) -> dict[str, list[Case]]:
        """Briefs and alerts cut from stored stories and reworded ones, and the same of stories that are not stored."""
        cases: dict[str, list[Case]] = {}
        long = [key for key in sorted(self.stored) if words_of(self.stored[key]) >= 300]
        sources = random.Random(5).sample(long, self._cases)
        unstored = [text for text in self._strangers if words_of(text) >= 200][: self._cases]
        rewrites = [pair for pair in self.rewrites if pair.source in self.stored]
        for least, most in ((10, 19), (20, 34), (35, 60)):
            name = f"{least} to {most} words"
            cut = [(key, brief(self.stored[key], least, most, start)) for key in sources for start in (0, 3)]
            cases[f"cut, {name}"] = [Case(text, frozenset({key})) for key, text in cut if text]
            reworded = [(pair.source, brief(self._texts[pair.new], least, most)) for pair in rewrites]
            cases[f"reworded, {name}"] = [Case(text, frozenset({key})) for key, text in reworded if text][: self._cases]
            other = [brief(text, least, most, start) for text in unstored for start in (0, 3)]
            cases[f"of other stories, {name}"] = [Case(text, frozenset()) for text in other if text]
            reports = [(pair.source, brief(self._texts[pair.new], least, most)) for pair in self._reports]
            of_event = [Case(text, frozenset({key})) for key, text in reports if text and key in self.stored]
            cases[f"other outlets on the event, {name}"] = of_event[: self._cases]
        cases["alerts"] = [Case(text, frozenset({key})) for key in sources if (text := alert(self.stored[key]))]
        cases["alerts of other stories"] = [Case(text, frozenset()) for one in unstored if (text := alert(one))]
        return cases


def _asked_or_stored(pairs: Sequence[Labelled]) -> list[Labelled]:
    """Those of the pairs of which no article is asked about here and stored there."""
    asked: set[str] = set()
    stored: set[str] = set()
    chosen = []
    for pair in pairs:
        if pair.source not in asked and pair.new not in stored:
            asked.add(pair.new)
            stored.add(pair.source)
            chosen.append(pair)
    return chosen


def _runs(text: str) -> list[int]:
    words = text.split()
    return [hash(tuple(words[start : start + RUN])) for start in range(len(words) - RUN + 1)]


def measure_robustness(corpus: Corpus, *, stored: int, cases: int, parts: Sequence[str] = PARTS) -> dict[str, Any]:
    """The tables of the parts, through a store of its own with so many stories."""
    bench = Bench(corpus, stored, cases)
    return asyncio.run(_measure(bench, parts))


async def _measure(bench: Bench, parts: Sequence[str]) -> dict[str, Any]:
    figures: dict[str, Any] = {"stored": len(bench.stored)}
    with tempfile.TemporaryDirectory(prefix="wirematch-bench-") as folder, EmbeddedStore(Path(folder)) as store:
        settings = Settings(data_dir=Path(folder), redis_url=store.url)
        async with open_detector(store.url, settings) as detector:
            articles = [Article(id=key, source="Stored", body=body) for key, body in bench.stored.items()]
            for start in track(range(0, len(articles), STORED_AT_ONCE), "storing", transient=True):
                await detector.add_many(articles[start : start + STORED_AT_ONCE], look=False)
            if "excerpts" in parts:
                figures["excerpts"] = {
                    name: _excerpts(await _ask(detector, cases)) for name, cases in bench.excerpts().items()
                }
            if "noise" in parts:
                figures["noise"] = await _noise(detector, bench)
            if "short" in parts:
                figures["short"] = {
                    name: _decisions(await _ask(detector, cases)) for name, cases in bench.short().items()
                }
            if "languages" in parts:
                figures["languages"] = await _languages(detector)
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
    """Whether passages cover the excerpt, or a version of the story that has the same words vouches for it."""
    start = case.text.find(case.excerpt) if case.excerpt else -1
    if start < 0:
        return False
    end = start + len(case.excerpt)
    covered = np.zeros(end - start, np.bool_)
    for match in report.matches:
        for passage in match.passages:
            covered[max(0, passage.submission.start - start) : max(0, passage.submission.end - start)] = True
    return bool(covered.mean() >= EXCERPT_COVERED)


def _excerpts(answers: Sequence[Answer]) -> dict[str, Any]:
    return {
        "n": len(answers),
        "found": _share(answer.right is not None for answer in answers),
        "shown": _share(answer.shown for answer in answers),
        "ms": round(float(np.median([answer.milliseconds for answer in answers])), 1),
    }


async def _noise(detector: Detector, bench: Bench) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    kinds = {"copies": bench.copies(), "rewrites": bench.rewritten(), "other outlets": bench.reports()}
    for kind, cases in kinds.items():
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


async def _languages(detector: Detector) -> dict[str, Any]:
    stories = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(LANGUAGES.glob("*.json"))}
    await detector.add_many(
        [Article(id=f"{language}-wire", source="Stored", body=story["wire"]) for language, story in stories.items()],
        look=False,
    )
    figures: dict[str, Any] = {}
    for language, story in stories.items():
        wire = f"{language}-wire"
        row = {}
        for kind in ("copy", "rewrite", "independent", "excerpt", "unrelated"):
            text = story[kind] if kind in story else _excerpted(story)
            answer = await _answer(detector, Case(text, frozenset({wire})))
            compared = await detector.compare(Article(body=text), Article(body=story["wire"]))
            row[kind] = f"{answer.decision} {compared.probability:.2f}"
        figures[language] = row
    return figures


def _excerpted(story: dict[str, str]) -> str:
    """The longest paragraph of the wire story without speech, in the middle of the unrelated one."""
    told = [part for part in story["wire"].splitlines()[1:] if not _MARKS_OF_SPEECH.search(part)]
    paragraphs = story["unrelated"].splitlines()
    return "\n".join([*paragraphs[:3], max(told, key=len), *paragraphs[3:]])


def _share(flags: Iterator[bool]) -> float:
    return round(float(np.mean(list(flags))), 3)
