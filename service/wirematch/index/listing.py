"""All articles of an index, a page at a time, by shard and in order of storing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import numpy as np

from wirematch.errors import StaleListingError
from wirematch.fingerprint.ranking import Ranking
from wirematch.index.keys import LOCAL_BITS, home_of, number_of
from wirematch.index.protocol import Records
from wirematch.models import Filters

LISTED = 1_000
"""Numbers that are looked at in a round trip; those of articles that were replaced or removed lead to nothing."""
_LOCAL = 2**LOCAL_BITS - 1

Fetch = Callable[[Ranking, int, Filters], Awaitable[Records]]


async def list_page(  # noqa: PLR0913 - what a page depends on
    last_of: Callable[[int], Awaitable[int]],
    fetch: Fetch,
    place: tuple[int, int],
    after: int,
    limit: int,
    filters: Filters,
) -> tuple[Records, int | None]:
    """See ``StoryIndex.listing``; ``place`` is the live generation and its shards, ``last_of`` gives a last number."""
    live, shards = place
    generation, shard = home_of(after) if after else (live, 0)
    if generation != live or shard >= shards:
        raise StaleListingError
    local, found = after & _LOCAL, Records()
    while shard < shards:
        last = await last_of(shard)
        while local < last and len(found) < limit:
            end = min(last, local + LISTED)
            numbers = np.arange(local + 1, end + 1, dtype=np.uint64) + np.uint64(number_of(generation, shard, 0))
            page = await fetch(Ranking(numbers, np.zeros(len(numbers))), limit - len(found), filters)
            found += page
            found.partial |= page.partial
            local = page[-1].number & _LOCAL if page and len(found) >= limit else end
        if len(found) >= limit:
            return found, number_of(generation, shard, local)
        shard, local = shard + 1, 0
    return found, None
