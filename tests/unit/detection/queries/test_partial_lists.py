"""Lists of what is related to a stored article say if a part of the index did not answer."""

from __future__ import annotations

import pytest

from wirematch.models import Article

pytestmark = pytest.mark.anyio


async def test_a_list_of_a_part_of_the_index_says_so(detector, index, bridge):
    for kind in ("wire", "rewrite"):
        await detector.add(Article.model_validate(bridge[kind]))
    whole = [await detector.stored.pickups(bridge["wire"]["id"], 0, 10)]
    whole.append(await detector.stored.event(bridge["wire"]["id"], 0, 10))
    index.partial = True
    part = [await detector.stored.pickups(bridge["wire"]["id"], 0, 10)]
    part.append(await detector.stored.event(bridge["wire"]["id"], 0, 10))

    assert [page.partial_index for page in [*whole, *part]] == [False, False, True, True]
