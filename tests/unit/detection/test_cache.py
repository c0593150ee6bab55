from __future__ import annotations

from datetime import UTC, datetime

from wirematch.detection.cache import DetectorCaches, PreparedCache
from wirematch.detection.limits import DetectorLimits
from wirematch.detection.number_cache import LRUCache, NumberCache
from wirematch.detection.submission import Submission
from wirematch.fingerprint.first_reading import read_first
from wirematch.fingerprint.imprinting import fingerprint_articles, imprinted
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index.keys import Namespace
from wirematch.index.protocol import Placement, PutOutcome, Record
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Kind, StoredArticle

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


def test_what_is_forgotten_does_not_come_back_with_work_that_goes_on(monkeypatch):
    cache: LRUCache[int, str] = LRUCache(2, 100, len)
    cache.keep_one(1, "lost")
    cache.forget()
    cache.keep_one(2, "as lost")

    assert (len(cache), cache.bytes, cache.get(1), cache.get(2)) == (0, 0, None, None)

    monkeypatch.setattr("wirematch.detection.number_cache.FORGETFUL_SECONDS", 0.0)
    cache.forget()
    cache.keep_one(3, "new")
    assert cache.get(3) == "new"


def test_nothing_is_kept_where_no_room_is_given():
    cache = PreparedCache(default_comparer(), NAMESPACE, LRUCache(0))

    assert cache.of(record(1)) is not cache.of(record(1))


def test_submissions_that_are_prepared_together_are_what_each_is_alone():
    """English, with markup, without a word, in other letters, hidden, and not stored."""
    bodies = (
        "Four died on the bridge.",
        "<p>Five <b>died</b>.</p>",
        "...",
        "Четверо погибли.",
        "It was hidden.",
        "Six died.",
    )
    articles = [Article(body=body) for body in bodies]
    [fingerprint] = fingerprint_articles([articles[4]], FingerprintScheme())
    articles[4] = imprinted(articles[4], fingerprint, FingerprintScheme())
    numbers = [1, 2, 3, 4, 5, None]
    submissions = [
        Submission(
            article,
            first.fingerprint,
            None if number is None else Placement(PutOutcome.CREATED, number, 1, datetime(2026, 3, 3, tzinfo=UTC)),
            skeleton=first.skeleton,
            text=first.text if number == 1 else None,
        )
        for article, number, first in zip(
            articles, numbers, read_first(articles, FingerprintScheme(), prepared=True), strict=True
        )
    ]
    together, alone = (PreparedCache(default_comparer(), NAMESPACE, LRUCache(9)) for _ in range(2))

    found = together.submitted_all(submissions)

    each = [alone.submitted(submission) for submission in submissions]
    plain = [default_comparer().prepare(article) for article in articles]
    assert [one.article for one in found] == articles
    for said in (each, plain):
        assert [one.text.words.tolist() for one in found] == [one.text.words.tolist() for one in said]
        assert [one.text.starts.tolist() for one in found] == [one.text.starts.tolist() for one in said]
    assert together.of(record(1)) is found[0]


def test_a_number_is_found_again_within_its_namespace():
    cache: NumberCache[str] = NumberCache(NAMESPACE, LRUCache(2))
    cache.keep([(1, "one")])

    assert cache.get(1) == "one"
    assert cache.get(2) is None


def test_namespaces_share_a_cache_and_no_value():
    shared: LRUCache[int, str] = LRUCache(3)
    one, other = NumberCache(NAMESPACE, shared), NumberCache(Namespace("other"), shared)
    number = (7 << 32) | 5
    one.keep([(number, "one")])
    other.keep_one(number, "other")

    assert (one.get_many([number, 6]), other.get_many([number, 6])) == ({number: "one"}, {number: "other"})
    assert NumberCache(NAMESPACE, shared).get(number) == "one"
    other.drop(number)
    assert (one.get(number), other.get(number)) == ("one", None)


def test_bytes_bound_it_too_whatever_the_number():
    cache: LRUCache[int, str] = LRUCache(100, most_bytes=10, weigh=len)
    cache.keep((number, "x" * 4) for number in range(3))

    assert [cache.get(number) for number in range(3)] == [None, "xxxx", "xxxx"]
    assert cache.bytes == 8
    cache.keep([(1, "x"), (9, "y" * 11)])
    assert cache.bytes == 0
    assert cache.get(9) is None


def test_what_is_dropped_weighs_nothing():
    cache: LRUCache[int, str] = LRUCache(100, most_bytes=10, weigh=len)
    cache.keep([(1, "xx"), (2, "yyy")])
    cache.drop(1)
    cache.drop(3)

    assert [cache.get(1), cache.get(2)] == [None, "yyy"]
    assert cache.bytes == 3


def test_long_articles_leave_room_for_few():
    limits = DetectorLimits(
        32, 8, 1 << 20, pickup_limit=128, prepared_cache=1_000, fingerprint_cache=8, cache_bytes=90_000
    )
    caches = DetectorCaches(limits)
    cache = PreparedCache(default_comparer(), NAMESPACE, caches.prepared)
    for number in range(20):
        cache.of(record(number, "Four died in the harbour. " * 20))

    assert 0 < caches.prepared.bytes <= 90_000 * 7 / 8
    assert cache.of(record(19)).text.length > 100
    assert cache.of(record(0)).text.length < 100
