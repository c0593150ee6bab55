"""Fresh pairs, labelled by two readers independently.

``pairs.tsv`` has the pairs selected by ``bench fresh-pairs`` (``choosing.py`` has the rule): the number of the set, the
ids of both articles, the judged event that they are on or near, and each reader's label and confidence. The texts are
in the folder.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import xxhash

from bench.data.corpus import JUDGED_FOLDS, Judged, load_neighbours
from wirematch.models import Derivation

LABELS = "pairs.tsv"
GUESS = 1


@dataclass(frozen=True, slots=True)
class TwiceRead:
    """A pair with the first reader's label and the lower confidence of both; a guess if their labels differ."""

    pair: Judged
    other: Derivation
    """The second reader's label."""
    number: int = 1
    """Number of the set that the pair was chosen for, in the order in which sets were read."""


def load_fresh(folder: Path) -> list[TwiceRead]:
    """Return the labelled pairs with their texts; none if there are no labels, or the folder has no neighbours.

    Raises KeyError if the folder lacks a text that a pair needs.
    """
    labels, texts = files("bench.fresh") / LABELS, load_neighbours(folder)
    if not texts or not labels.is_file():
        return []
    lines = labels.read_text(encoding="utf-8").splitlines()
    return [_read(row, texts) for row in csv.DictReader(lines, delimiter="\t")]


def _read(row: dict[str, str], texts: dict[str, str]) -> TwiceRead:
    mine, other = Derivation(row["reader1"]), Derivation(row["reader2"])
    confidence = min(int(row["confidence1"]), int(row["confidence2"])) if mine is other else GUESS
    fold = xxhash.xxh64_intdigest(row["event"].encode()) % JUDGED_FOLDS
    first, second = row["first"], row["second"]
    pair = Judged(texts[first], texts[second], mine, confidence, fold, first, second, row["event"])
    return TwiceRead(pair, other, int(row["set"]))
