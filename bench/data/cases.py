"""Cases of the robustness benchmark: excerpts, copies, rewrites and cuts of selected stories."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.data.corpus import Corpus, Labelled
from bench.data.cuts import alert, brief, host, is_own, own_run, planted, word_run, words_of
from wirematch.matching.neighbours.event import MANY

LENGTHS = (300, 1_000, 5_000)
"""Words of an article that contains an excerpt."""
RUNS = (25, 40, 60)
"""Words of an excerpt that is not made of whole sentences."""
RUN = 8
"""Length, in words, of the runs by which other stories with the same excerpt are detected."""
STRANGERS = ("ecb_similar_event_same_topic", "ecb_same_event_other_outlet")
"""Families whose articles host excerpts, and are not stored."""
REPORTS = ("same_event_other_outlet_basil",)
"""Families of other outlets' reports of the same event."""


@dataclass(frozen=True, slots=True)
class Case:
    """A text to check, and the stories any of which is a correct answer; none if it derives from nothing stored."""

    text: str
    valid: frozenset[str]
    excerpt: str = ""


class Bench:
    """Stories selected reproducibly from a folder of labelled articles."""

    def __init__(self, corpus: Corpus, stored: int, cases: int, others: Mapping[str, str] | None = None) -> None:
        """``others`` are stored in addition to the stories asked for, except those on a host's event."""
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
        strangers = [key for key in strangers if corpus.components[key] not in events]
        self._strangers = [self._texts[key] for key in strangers]
        events = {corpus.components[key] for key in strangers}
        self.beside = {
            key: text
            for key, text in (others or {}).items()
            if key not in self.stored and corpus.components.get(key) not in events
        }

    def excerpts(self) -> dict[str, list[Case]]:
        """Two sentences and runs of words, verbatim, in unrelated articles; and three sentences reworded."""
        chance = random.Random(3)
        hosts = self._hosts(chance)
        cases: dict[str, list[Case]] = {}
        for words in LENGTHS:
            cases[f"two sentences in {words} words"] = self._planted(
                lambda text: own_run(text, 25, 90, 2, chance), hosts, words, chance
            )
        for size in RUNS:
            for words in LENGTHS:
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
                if is_own(text, excerpt):  # next to somebody's letter, it would be read as a part of that
                    cases.append(Case(text, frozenset({source}), excerpt))
        return cases

    def _is_own(self, excerpt: str) -> bool:
        """Whether few other stored stories have any of its runs of words; a run that many have identifies none."""
        runs = np.array(_runs(excerpt), np.int64)
        ends = np.searchsorted(self._held_runs, runs, side="right")
        return max((ends - np.searchsorted(self._held_runs, runs)).tolist(), default=1) < MANY

    @cached_property
    def _held_runs(self) -> NDArray[np.int64]:
        """The runs of all stories, sorted, each repeated for every story that has it."""
        texts = (*self.stored.values(), *self.beside.values())
        return np.sort(np.concatenate([np.array(list(set(_runs(text))), np.int64) for text in texts]))

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
        """Other outlets' reports of the same events; here, every match is a false alarm."""
        return [Case(self._texts[pair.new], frozenset({pair.source})) for pair in self._reports[: self._cases]]

    def short(self) -> dict[str, list[Case]]:
        """Briefs and alerts cut from stored stories and from rewrites, and the same of stories that are not stored."""
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
    """Return pairs such that no article is both looked up and stored."""
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
