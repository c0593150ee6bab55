"""Read and split a folder of labelled articles as its README says."""

from __future__ import annotations

import json
import lzma
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import xxhash

from wirematch.models import Derivation
from wirematch.tuning.labelled_pairs import connected

MOST_PAIRS_A_FAMILY = 500
TEST_FOLDS = 5
JUDGED_FOLDS = 10


@dataclass(frozen=True, slots=True)
class Labelled:
    """``new`` derives from ``source`` if the pair is positive; both are article ids."""

    new: str
    source: str
    positive: bool
    family: str


@dataclass(frozen=True)
class Corpus:
    """The articles in pairs, the background stories, and the pairs."""

    articles: dict[str, dict[str, Any]]
    background: list[dict[str, Any]]
    pairs: list[dict[str, str]]

    @cached_property
    def components(self) -> dict[str, str]:
        """Article id to the smallest id among those connected with it by pairs."""
        return connected((pair["new"], pair["source"]) for pair in self.pairs)

    @cached_property
    def chains(self) -> dict[str, str]:
        """The same over positive pairs only: versions and rewrites of one story."""
        return connected((pair["new"], pair["source"]) for pair in self.pairs if pair["label"] == "positive")

    @cached_property
    def scored(self) -> list[Labelled]:
        """Positive and negative pairs, at most 500 per family, sampled reproducibly."""
        families: dict[str, list[dict[str, str]]] = defaultdict(list)
        for pair in self.pairs:
            if pair["label"] != "ambiguous":
                families[pair["family"]].append(pair)
        drawn = []
        for _, rows in sorted(families.items()):
            rows.sort(key=lambda pair: (pair["new"], pair["source"]))
            drawn += random.Random(1).sample(rows, MOST_PAIRS_A_FAMILY) if len(rows) > MOST_PAIRS_A_FAMILY else rows
        return [Labelled(p["new"], p["source"], p["label"] == "positive", p["family"]) for p in drawn]

    def is_test(self, pair: Labelled) -> bool:
        """Whether the pair's component is held out: nothing may be tuned or trained on it."""
        return self.is_test_article(pair.new)

    def is_test_article(self, article_id: str) -> bool:
        root = self.components.get(article_id, article_id)
        return xxhash.xxh64_intdigest(root.encode()) % TEST_FOLDS == 0


@dataclass(frozen=True, slots=True)
class Judged:
    """One judged pair; all pairs of connected articles share ``event``, from which ``fold`` follows."""

    first: str
    second: str
    derivation: Derivation
    confidence: int
    fold: int
    first_id: str = ""
    second_id: str = ""
    event: str = ""


def load(folder: Path) -> Corpus:
    """Read ``articles``, ``background`` (``.jsonl.xz`` or ``.jsonl``) and ``pairs.jsonl`` of ``folder``."""
    return Corpus(
        articles={row["id"]: row for row in _rows(folder, "articles")},
        background=list(_rows(folder, "background")),
        pairs=list(_rows(folder, "pairs")),
    )


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    packed = folder / f"{name}.jsonl.xz"
    with lzma.open(packed, "rt") if packed.exists() else (folder / f"{name}.jsonl").open() as lines:
        for line in lines:
            yield json.loads(line)


def load_judged(folder: Path, name: str = "judged.jsonl") -> list[Judged]:
    """Return the folder's pairs that people judged; none if it has no such file.

    ``judged_dev.jsonl`` is for scoring only: none of its texts is looked at, and nothing is chosen by it.
    """
    path = folder / name
    if not path.exists():
        return []
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    events = connected((row["a"]["id"], row["b"]["id"]) for row in rows)
    return [
        Judged(
            row["a"]["text"],
            row["b"]["text"],
            Derivation(row["derivation"]),
            row["confidence"],
            xxhash.xxh64_intdigest(events[row["a"]["id"]].encode()) % JUDGED_FOLDS,
            row["a"]["id"],
            row["b"]["id"],
            events[row["a"]["id"]],
        )
        for row in rows
    ]


def load_stories(corpus: Corpus, folder: Path) -> dict[str, str]:
    """Return the text by id of everything except judged pairs' own articles, in a fixed random order."""
    texts = {row["id"]: row["text"] for row in corpus.background}
    texts |= {key: row["text"] for key, row in corpus.articles.items()} | load_neighbours(folder)
    ids = sorted(texts)
    random.Random(7).shuffle(ids)
    return {key: texts[key] for key in ids}


def load_neighbours(folder: Path) -> dict[str, str]:
    """Return the text by id of other articles on and near the judged pairs' events; empty without such a file."""
    if not (folder / "neighbours.jsonl.xz").exists():
        return {}
    return {row["id"]: row["text"] for row in _rows(folder, "neighbours")}
