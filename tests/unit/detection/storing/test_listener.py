from __future__ import annotations

from collections.abc import Sequence

import pytest

from wirematch.detection.cache import DetectorCaches
from wirematch.detection.dependencies import OwnDependencies, SharedDependencies
from wirematch.detection.detector import Detector
from wirematch.detection.limits import DetectorLimits
from wirematch.detection.storing.listener import StoreOutcome
from wirematch.errors import ArticleExistsError, IndexUnavailableError
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index.keys import Namespace
from wirematch.matching.resources import default_comparer
from wirematch.models import Article

pytestmark = pytest.mark.anyio

LIMITS = DetectorLimits(
    compare_limit=32, compare_bytes=1 << 20, excerpt_limit=8, pickup_limit=128, prepared_cache=16, fingerprint_cache=16
)


class Listener:
    """A listener that records calls; ``refuses`` makes it fail before anything is stored."""

    wants_reports = True

    def __init__(self) -> None:
        self.announced: list[str] = []
        self.outcomes: list[StoreOutcome] = []
        self.refuses = False

    async def announce(self, article_ids: Sequence[str]) -> Sequence[str]:
        if self.refuses:
            raise IndexUnavailableError("the listener is away")
        self.announced += article_ids
        return [f"ticket of {name}" for name in article_ids]

    async def conclude(self, outcomes: Sequence[StoreOutcome]) -> None:
        self.outcomes += outcomes


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def listened(index, clusters, executor, listener) -> Detector:
    own = OwnDependencies(index, Namespace("unit"), clusters, FingerprintScheme(), listener)
    return Detector(own, SharedDependencies(default_comparer(), executor, LIMITS, DetectorCaches(LIMITS)))


def article(given: dict, article_id: str) -> Article:
    return Article.model_validate(given | {"id": article_id})


async def test_a_listener_hears_of_an_article_before_and_after_with_its_report(listened, listener, bridge):
    await listened.add_many([article(bridge["wire"], "wire"), article(bridge["rewrite"], "rewrite")])

    assert listener.announced == ["wire", "rewrite"]
    last = listener.outcomes[-1]
    assert (last.ticket, last.version, last.created) == ("ticket of rewrite", 1, True)
    assert [match.id for match in last.report.matches] == ["wire"]


async def test_no_report_is_made_where_nothing_is_decided(listened, listener, bridge):
    await listened.add_many([article(bridge["wire"], "wire")], decide=False)

    assert listener.outcomes[0].report is None
    assert listener.outcomes[0].version == 1


async def test_an_article_that_was_not_stored_has_no_version(listened, listener, bridge):
    await listened.add(article(bridge["wire"], "wire"))
    with pytest.raises(ArticleExistsError):
        await listened.add(article(bridge["copy"], "wire"))

    assert (listener.outcomes[-1].version, listener.outcomes[-1].uncertain) == (None, False)


async def test_a_failure_of_the_store_leaves_it_open_whether_it_was_stored(listened, listener, index, bridge):
    async def fails(drafts) -> list:
        return [IndexUnavailableError("Redis went away")] * len(drafts)

    index.create_drafted = fails
    await listened.add_many([article(bridge["wire"], "wire")])

    assert listener.outcomes[0].uncertain


async def test_what_a_listener_refuses_is_not_stored(listened, listener, index, bridge):
    listener.refuses = True

    with pytest.raises(IndexUnavailableError):
        await listened.add(article(bridge["wire"], "wire"))

    assert index.numbers == {}


async def test_a_new_version_is_told_as_one(listened, listener, bridge):
    await listened.put(article(bridge["wire"], "wire"))
    await listened.put(article(bridge["rewrite"], "wire"))

    assert [(one.version, one.created) for one in listener.outcomes] == [(1, True), (2, False)]


async def test_a_replacement_that_did_not_happen_is_told_too(listened, listener, bridge):
    await listened.put(article(bridge["wire"], "wire"))
    await listened.replace(article(bridge["rewrite"], "wire"), expected=77)

    assert listener.outcomes[-1].version is None
