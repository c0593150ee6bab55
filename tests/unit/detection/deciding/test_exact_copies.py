from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from wirematch.detection.deciding.exact_copies import first_copied, has_later
from wirematch.index.protocol import Record
from wirematch.models import Article, Kind, StoredArticle

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
TEXT = "The harbour bridge of Averland was closed on Tuesday."


def record(number: int, body: str = TEXT, hour: int | None = None, kind: Kind = Kind.WIRE) -> Record:
    published = None if hour is None else NOON.replace(hour=hour)
    stored = StoredArticle(
        id=f"a{number}",
        body=body,
        published_at=published,
        kind=kind,
        version=1,
        stored_at=NOON + timedelta(seconds=number),
    )
    return Record(number, body, lambda: stored)


def submission(hour: int | None = None) -> Article:
    return Article(id="copy", body=TEXT, published_at=None if hour is None else NOON.replace(hour=hour), kind=Kind.WIRE)


@pytest.mark.parametrize("places", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_what_is_copied_is_the_first_that_was_stored_however_they_rank(places):
    records = [record(1, TEXT.upper()), record(2), record(3)]

    assert first_copied(submission(), [records[place] for place in places]).id == "a2"


def test_another_text_of_the_same_length_and_a_later_article_of_another_kind_are_not_copied():
    assert first_copied(submission(10), [record(1, TEXT[::-1]), record(2, hour=11, kind=Kind.ARTICLE)]) is None
    assert first_copied(submission(10), [record(2, hour=11)]).id == "a2"


def test_a_candidate_is_later_where_both_times_are_known():
    records = [record(1), record(2, hour=11)]

    assert has_later(NOON.replace(hour=10), records)
    assert not has_later(NOON.replace(hour=11), records)
    assert not has_later(None, records)
