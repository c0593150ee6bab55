from __future__ import annotations

from datetime import UTC, datetime

from wirematch.detection.cache import LRUCache, NumberCache, PreparedCache
from wirematch.index.keys import Namespace
from wirematch.index.protocol import Record
from wirematch.matching.resources import default_comparer
from wirematch.models import Kind, StoredArticle

NAMESPACE = Namespace("unit")


def record(number: int, body: str = "Four died.") -> Record:
    article = StoredArticle(id="a", body=body, kind=Kind.WIRE, version=1, stored_at=datetime(2026, 3, 3, tzinfo=UTC))
    return Record(number, body, lambda: article)


def test_an_article_is_prepared_once():
    cache = PreparedCache(default_comparer(), NAMESPACE, LRUCache(2))

    assert cache.of(record(1)) is cache.of(record(1))


def test_another_version_is_prepared_anew():
    cache = PreparedCache(default_comparer(), NAMESPACE, LRUCache(2))
    cache.of(record(1))

    assert cache.of(record(2, "Five died.")).article.body == "Five died."


def test_the_least_recently_used_makes_room():
    cache = PreparedCache(default_comparer(), NAMESPACE, LRUCache(2))
    first, second = cache.of(record(1)), cache.of(record(2))
    cache.of(record(1))
    cache.of(record(3))

    assert cache.of(record(1)) is first
    assert cache.of(record(2)) is not second


def test_nothing_is_kept_where_no_room_is_given():
    cache = PreparedCache(default_comparer(), NAMESPACE, LRUCache(0))

    assert cache.of(record(1)) is not cache.of(record(1))


def test_a_number_is_found_again_within_its_namespace():
    cache: NumberCache[str] = NumberCache(NAMESPACE, LRUCache(2))
    cache.keep([(1, "one")])

    assert cache.get(1) == "one"
    assert cache.get(2) is None
