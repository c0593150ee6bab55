"""Select pairs that nobody has read and no model has seen, by a rule fixed before anybody looked at one.

The rule: both texts are in ``neighbours.jsonl.xz`` and have 80 to 1,500 words. Neither equals a judged article, one of
``judged_dev.jsonl`` or one of an earlier fresh set, or shares 0.8 of the smaller one's 3-grams with it. The event of an
article is that of the most similar judged article, by the shingles that an index ranks by; a pair is of one event, an
event has at most two pairs, an article occurs in one pair, and no article nearly equals one of another pair. Ten bands
of 3-gram containment (of the shorter text) from 0.03 to 0.9, in equal steps of its logarithm as in ``judged.jsonl``
(quartiles 0.10, 0.17 and 0.32), get equally many pairs, the band with the fewest candidates first. What a band lacks is
given to the others in turn, from the highest down. A seed determines the order of candidates, which text of a pair
comes first, and the order in which readers see the pairs.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from scipy import sparse

from bench.accuracy.baselines import trigrams
from bench.data.corpus import Judged, load_judged, load_neighbours
from bench.data.neighbours import Neighbourhood
from bench.fresh.labels import load_fresh

PAIRS = 160
WORDS = range(80, 1_501)
NEARLY_EQUAL = 0.8
PAIRS_AN_EVENT = 2
CONTAINMENT = (0.03, 0.9)
BANDS = 10


@dataclass(frozen=True, slots=True)
class Chosen:
    """Ids of two articles, in the order in which readers see them, and the judged event that they are on or near."""

    first: str
    second: str
    event: str


class Contained:
    """The containment of texts in each other, by 3-grams."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._places = {article_id: place for place, article_id in enumerate(texts)}
        grams = [
            np.array(sorted({xxhash.xxh64_intdigest(gram) for gram in trigrams(text)}), np.uint64)
            for text in texts.values()
        ]
        _, columns = np.unique(np.concatenate(grams), return_inverse=True)
        edges = np.cumsum([0, *map(len, grams)])
        self._held = sparse.csr_matrix((np.ones(len(columns), np.float32), columns, edges))
        self._sizes = np.diff(edges)

    def between(self, some: Sequence[str], others: Sequence[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """Return an m by n matrix: the share of the smaller text's 3-grams that both texts have."""
        rows, columns = ([self._places[one] for one in ids] for ids in (some, others))
        shared = (self._held[rows] @ self._held[columns].T).toarray().astype(np.float64)
        smaller = np.minimum(self._sizes[rows][:, None], self._sizes[columns][None, :])
        return shared / np.maximum(1, smaller)  # type: ignore[no-any-return]


def earlier_pairs(folder: Path, number: int) -> list[Judged]:
    """Return the pairs of earlier sets."""
    return [one.pair for one in load_fresh(folder) if one.number < number]


def write_pairs(chosen: Sequence[Chosen], texts: Mapping[str, str], out: Path, ids: Path) -> dict[str, Any]:
    """Write the texts for readers, and the ids by pair for scoring; return counts, but nothing about any pair."""
    rows, articles = [], {}
    for number, pair in enumerate(chosen, 1):
        name = f"f{number:03d}"
        rows.append(json.dumps({"pair": name, "a": texts[pair.first], "b": texts[pair.second]}, ensure_ascii=False))
        articles[name] = {"a": pair.first, "b": pair.second, "event": pair.event}
    out.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    ids.write_text(json.dumps(articles, indent=1) + "\n", encoding="utf-8")
    return {"pairs": len(chosen), "events": len({pair.event for pair in chosen}), "articles to choose from": len(texts)}


def choose(
    folder: Path, seed: int, count: int = PAIRS, earlier: Sequence[Judged] = ()
) -> tuple[list[Chosen], dict[str, str]]:
    """Return the pairs in the order for readers, and the texts by id; none has an article of an ``earlier`` set."""
    judged, pool = load_judged(folder), load_neighbours(folder)
    dev = load_judged(folder, "judged_dev.jsonl")
    known = _texts_of(judged, "judged") | _texts_of(dev, "dev") | _texts_of(earlier, "fresh")
    pool = {key: text for key, text in sorted(pool.items()) if len(text.split()) in WORDS}
    contained = Contained({**known, **pool})
    pool = _unlike(pool, known, contained)
    draw = random.Random(seed)
    bands = _candidates(pool, _events_of(pool, judged), contained)
    for band in bands:
        draw.shuffle(band)
    chosen = [_either_way(pair, draw) for pair in _filled(bands, count, contained)]
    draw.shuffle(chosen)
    return chosen, pool


def _texts_of(pairs: Sequence[Judged], name: str) -> dict[str, str]:
    texts = {(name, pair.first_id): pair.first for pair in pairs} | {
        (name, pair.second_id): pair.second for pair in pairs
    }
    return {f"{kind} {article_id}": text for (kind, article_id), text in texts.items()}


def _unlike(pool: Mapping[str, str], known: Mapping[str, str], contained: Contained) -> dict[str, str]:
    """Return the texts that neither equal nor nearly equal one that somebody has read."""
    ids, texts = list(pool), set(known.values())
    names = {name.partition(" ")[2] for name in known}
    nearest = np.concatenate(
        [contained.between(ids[start : start + 1_000], list(known)).max(axis=1) for start in range(0, len(ids), 1_000)]
    )
    return {
        key: pool[key]
        for key, share in zip(ids, nearest.tolist(), strict=True)
        if share < NEARLY_EQUAL and key not in names and pool[key] not in texts
    }


def _events_of(pool: Mapping[str, str], judged: Sequence[Judged]) -> dict[str, str]:
    """Map each article to the judged event that it is on or near; some are similar to none."""
    texts, events = {}, {}
    for pair in judged:
        for article_id, text in ((pair.first_id, pair.first), (pair.second_id, pair.second)):
            texts[article_id], events[article_id] = text, pair.event
    around = Neighbourhood({**pool, **texts}, list(texts))
    around.ask(pool)
    return {key: events[nearest[0]] for key in pool if (nearest := around.of(key, key))}


def _candidates(pool: Mapping[str, str], events: Mapping[str, str], contained: Contained) -> list[list[Chosen]]:
    """Return all pairs of one event, by band of containment."""
    of_event: dict[str, list[str]] = defaultdict(list)
    for article_id in pool:
        if article_id in events:
            of_event[events[article_id]].append(article_id)
    edges = np.geomspace(*CONTAINMENT, BANDS + 1)
    bands: list[list[Chosen]] = [[] for _ in range(BANDS)]
    for event, ids in sorted(of_event.items()):
        shares = np.triu(contained.between(ids, ids), 1)
        for first, second in np.argwhere((shares >= edges[0]) & (shares < edges[-1])).tolist():
            band = int(np.searchsorted(edges, shares[first, second], side="right")) - 1
            bands[band].append(Chosen(ids[first], ids[second], event))
    return bands


def _filled(bands: Sequence[Sequence[Chosen]], count: int, contained: Contained) -> list[Chosen]:
    rests = [iter(band) for band in bands]
    taken: list[Chosen] = []
    events: Counter[str] = Counter()

    def take(rest: Iterator[Chosen], most: int) -> int:
        found = 0
        while found < most and (pair := next(rest, None)) is not None:
            if events[pair.event] < PAIRS_AN_EVENT and not _used(pair, taken, contained):
                taken.append(pair)
                events[pair.event] += 1
                found += 1
        return found

    for place in sorted(range(BANDS), key=lambda place: len(bands[place])):
        take(rests[place], count // BANDS)
    empty = 0
    for rest in cycle(reversed(rests)):
        if len(taken) >= count or empty == BANDS:
            return taken
        empty = 0 if take(rest, 1) else empty + 1
    return taken


def _used(pair: Chosen, taken: Sequence[Chosen], contained: Contained) -> bool:
    """Whether an article of the pair is in another pair, or nearly equals one that is."""
    others = [article_id for one in taken for article_id in (one.first, one.second)]
    if not others:
        return False
    return bool(contained.between([pair.first, pair.second], others).max() >= NEARLY_EQUAL)


def _either_way(pair: Chosen, draw: random.Random) -> Chosen:
    return pair if draw.random() < 0.5 else Chosen(pair.second, pair.first, pair.event)
