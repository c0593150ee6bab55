"""Pairs of articles measured with different numbers of neighbours, as training examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wirematch.matching.boilerplate import without_common
from wirematch.matching.neighbours import event
from wirematch.matching.neighbours.event import Event
from wirematch.matching.pairs import features
from wirematch.matching.profiles.profile import profile
from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.profiles.text_profile import Profile
from wirematch.text.prepare import prepare

COUNTS = (0, 3, 10, 30)
"""Numbers of neighbours that an index may have: none at first, dozens for a widely reported event."""
NAMES = (*features.NAMES, *event.NAMES)
WORKERS = 2
_PROFILES = 3_000

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """Ids of two texts and of their neighbours, most similar first."""

    first: str
    second: str
    neighbours: Sequence[str]


def measured(
    texts: Mapping[str, str], pairs: Sequence[Asked], rarity: Rarity, counts: Sequence[int] = COUNTS
) -> list[Matrix]:
    """For each of ``counts``, return the features of all pairs with so many neighbours, in the order of ``NAMES``."""
    with ProcessPoolExecutor(WORKERS, initializer=_share, initargs=(texts, rarity, counts)) as pool:
        rows = list(pool.map(_measure, pairs, chunksize=64))
    return [np.array([row[place] for row in rows]) for place in range(len(counts))]


_texts: Mapping[str, str]  # one per worker process
_rarity: Rarity
_counts: Sequence[int]


def _share(texts: Mapping[str, str], rarity: Rarity, counts: Sequence[int]) -> None:
    global _texts, _rarity, _counts
    _texts, _rarity, _counts = texts, rarity, counts


@lru_cache(_PROFILES)
def _profile(article_id: str) -> Profile:
    return profile(prepare(_texts[article_id]), _rarity)


def _measure(pair: Asked) -> list[list[float]]:
    first, second = _profile(pair.first), _profile(pair.second)
    rows = []
    for count in _counts:
        event = Event(first, [_profile(neighbour) for neighbour in pair.neighbours[:count]])
        compared, around = without_common(first, second, event, _rarity)
        rows.append(list(compared.features(around).values()))
    return rows
