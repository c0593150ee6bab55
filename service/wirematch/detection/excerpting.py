"""From a text to the stored articles of which it may hold some sentences, whatever else the two are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.detection.executor import BoundedExecutor
from wirematch.detection.submission import Submission
from wirematch.fingerprint.anchors import Anchors, anchors_of
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.fingerprint.ranking import Postings, Ranking
from wirematch.index.protocol import BucketContents, Record, StoryIndex
from wirematch.models import NO_FILTERS, Filters
from wirematch.text.markup import plain_text

Sketches = Callable[[set[int]], Awaitable[dict[int, bytes]]]
"""Gives the sketches of stored articles, by number."""


class ExcerptFinder:
    """Finds stories for an excerpt alone: at most ``most`` a submission."""

    def __init__(
        self, index: StoryIndex, scheme: FingerprintScheme, executor: BoundedExecutor, sketches: Sketches, most: int
    ) -> None:
        self._index = index
        self._scheme = scheme
        self._executor = executor
        self._sketches = sketches
        self._most = most

    async def find(
        self, submissions: Sequence[Submission], taken: Sequence[set[int]], filters: Filters = NO_FILTERS
    ) -> list[list[Record]]:
        """Of each submission further stories that it may hold an excerpt of, likest first; none of those taken."""
        if not self._most or not submissions:
            return [[] for _ in submissions]
        # The order of words, which tells excerpts, is not kept of a text that is hidden.
        texts = ["" if one.article.imprint else plain_text(one.article) for one in submissions]
        anchors = await self._executor.run(lambda: [anchors_of(text, self._scheme) for text in texts])
        minima = np.concatenate([one.minima for one in anchors])
        bands = np.concatenate([one.bands for one in anchors])
        contents = await self._index.read_buckets(minima, bands)
        likely = await self._executor.run(_ranked, submissions, anchors, contents, taken)
        sketches = await self._sketches({number for ranking in likely for number in ranking.numbers.tolist()})
        held = await self._executor.run(_holding, anchors, likely, sketches)
        asked = [best for best in held if len(best)]
        found = iter(await asyncio.gather(*(self._index.fetch(best, self._most, filters) for best in asked)))
        return [next(found) if len(best) else [] for best in held]


def _ranked(
    submissions: Sequence[Submission],
    anchors: Sequence[Anchors],
    contents: BucketContents,
    taken: Sequence[set[int]],
) -> list[Ranking]:
    """Of each, the stories that hold several of its neighbouring shingles."""
    edges = np.cumsum([0, *map(len, anchors)])
    postings = contents.postings
    order = np.argsort(postings.bands, kind="stable")
    numbers, bands = postings.numbers[order], postings.bands[order]
    own = np.searchsorted(bands, edges).tolist()  # where the postings of each submission begin
    rankings = []
    for place, (one, mine) in enumerate(zip(submissions, anchors, strict=True)):
        first, last = own[place], own[place + 1]
        found = Postings(numbers[first:last], bands[first:last] - edges[place])
        ranking = mine.rank(found, contents.documents, one.number)
        rankings.append(ranking.without(np.array(sorted(taken[place]), np.uint64)).best(mine.most_looked_at))
    return rankings


def _holding(anchors: Sequence[Anchors], rankings: Sequence[Ranking], sketches: dict[int, bytes]) -> list[Ranking]:
    """Those of each that may hold an excerpt; of one without a sketch nobody can tell."""
    return [
        ranking.without(_not_holding(mine, ranking, sketches)) for mine, ranking in zip(anchors, rankings, strict=True)
    ]


def _not_holding(anchors: Anchors, ranking: Ranking, sketches: dict[int, bytes]) -> NDArray[np.uint64]:
    sketched = [number for number in ranking.numbers.tolist() if number in sketches]
    may_hold = anchors.may_hold([sketches[number] for number in sketched])
    return np.array(sketched, np.uint64)[~may_hold]
