"""The articles that an index would return for a pair, computed without an index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from scipy import sparse

from wirematch.fingerprint.minhash import shingle_many

WORKERS = 2
KEPT = 40
"""Neighbours kept for each text of a pair."""
_COLUMNS = 1 << 22
_ROWS_AT_ONCE = 400


class Neighbourhood:
    """A pool of articles, queried for those similar to two texts, ranked like an index's buckets."""

    def __init__(self, texts: Mapping[str, str], pool: Collection[str]) -> None:
        """``texts`` has all texts that will be asked for, ``pool`` the ids of possible neighbours."""
        self._ids = list(texts)
        self._places = {article_id: place for place, article_id in enumerate(self._ids)}
        with ProcessPoolExecutor(WORKERS) as workers:
            parts = [self._ids[start : start + 200] for start in range(0, len(self._ids), 200)]
            shingles = [
                one for part in workers.map(shingle_many, [[texts[i] for i in part] for part in parts]) for one in part
            ]
        columns = np.concatenate(shingles).astype(np.int64) % _COLUMNS
        edges = np.cumsum([0, *map(len, shingles)])
        self._held = sparse.csr_matrix((np.ones(len(columns), np.float32), columns, edges), (len(edges) - 1, _COLUMNS))
        self._sizes = np.asarray(self._held.sum(axis=1)).ravel()
        self._pool = np.array([self._places[article_id] for article_id in pool])
        known = self._held[self._pool]
        frequency = np.asarray(known.sum(axis=0)).ravel()
        self._rarity = np.log1p(len(pool) / np.maximum(1, frequency)).astype(np.float32)
        self._known = known.T.tocsr()
        self._asked: dict[str, list[tuple[str, float]]] = {}

    def ask(self, article_ids: Iterable[str]) -> None:
        """Look these up together; ``of`` then has the results."""
        asked = sorted(set(article_ids))
        for start in range(0, len(asked), _ROWS_AT_ONCE):
            rows = [self._places[article_id] for article_id in asked[start : start + _ROWS_AT_ONCE]]
            found = (self._held[rows].multiply(self._rarity).tocsr() @ self._known).tocsr()
            for number, place in enumerate(rows):
                part = slice(found.indptr[number], found.indptr[number + 1])
                others = self._pool[found.indices[part]]
                scores = found.data[part] / (self._sizes[others] + self._sizes[place])
                best = np.argsort(-scores, kind="stable")[: KEPT + 2]
                self._asked[self._ids[place]] = [
                    (self._ids[other], score)
                    for other, score in zip(others[best].tolist(), scores[best].tolist(), strict=True)
                ]

    def of(self, first: str, second: str) -> list[str]:
        """Return the neighbours of two texts, most similar to both first, without the two themselves."""
        scores: dict[str, float] = {}
        for article_id in (first, second):
            for other, score in self._asked[article_id]:
                if other not in (first, second):
                    scores[other] = scores.get(other, 0.0) + score
        return sorted(scores, key=lambda other: -scores[other])
