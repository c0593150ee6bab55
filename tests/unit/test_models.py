from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from wirematch.api.routes.checks import CheckRequest
from wirematch.models import (
    MAX_BODY_CHARACTERS,
    MAX_METADATA_ENTRIES,
    Article,
    Filters,
)


@pytest.mark.parametrize(
    "fields",
    [
        {"body": "Four died."},
        {"body": "Four died.", "id": "urn:newsml:norwind.example:2026/03/03:1"},
        {"body": "x" * MAX_BODY_CHARACTERS},
        {"body": "Four died.", "published_at": "2026-03-03T11:40:00+01:00", "language": "en-GB", "kind": "article"},
        {"body": "Four died.", "metadata": {"desk": "world", "words": 2, "share": 0.5, "free": True, "by": None}},
        {"body": "Four died.", "metadata": {f"k{number}": number for number in range(MAX_METADATA_ENTRIES)}},
        {"body": "Four died.", "source": None, "headline": None, "url": None},
    ],
)
def test_an_article_is_read(fields):
    assert Article.model_validate(fields).model_dump(mode="json", include=set(fields)) == fields


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({}, "body"),
        ({"body": None}, "body"),
        ({"body": 7}, "body"),
        ({"body": ["Four died."]}, "body"),
        ({"body": ""}, "body"),
        ({"body": " \n\t\u3000"}, "body"),
        ({"body": "x" * (MAX_BODY_CHARACTERS + 1)}, "body"),
        ({"body": "a \ud800 b"}, "body"),
        ({"id": "", "body": "x"}, "id"),
        ({"id": "x" * 201, "body": "x"}, "id"),
        ({"id": "line\nend", "body": "x"}, "id"),
        ({"id": "nul\x00", "body": "x"}, "id"),
        ({"id": 7, "body": "x"}, "id"),
        ({"body": "x", "headline": "x" * 2_001}, "headline"),
        ({"body": "x", "published_at": "2026-03-03T11:40:00"}, "published_at"),
        ({"body": "x", "published_at": "yesterday"}, "published_at"),
        ({"body": "x", "kind": "blog"}, "kind"),
        ({"body": "x", "metadata": {"a": {"nested": 1}}}, "metadata"),
        ({"body": "x", "metadata": {"a": float("nan")}}, "metadata"),
        ({"body": "x", "metadata": {"a": "x" * 2_001}}, "metadata"),
        ({"body": "x", "metadata": {"k" * 101: 1}}, "metadata"),
        ({"body": "x", "metadata": {f"k{number}": 1 for number in range(MAX_METADATA_ENTRIES + 1)}}, "metadata"),
        ({"body": "x", "text": "y"}, "text"),
    ],
)
def test_what_is_no_article_is_refused_with_the_place(fields, place):
    with pytest.raises(ValidationError) as refusal:
        Article.model_validate(fields)

    assert {error["loc"][0] for error in refusal.value.errors()} == {place}


@pytest.mark.parametrize("number", [1772534400, 1772534400.5, 1772534400000])
def test_a_number_is_a_time_only_if_it_can_be_nothing_else(number):
    moment = Article.model_validate({"body": "Four died.", "published_at": number}).published_at

    assert moment is not None
    assert moment.isoformat().startswith("2026-03-03T10:40:00")


def test_articles_never_change():
    with pytest.raises(ValidationError, match="frozen"):
        Article(body="x").body = "y"


METADATA = st.dictionaries(
    st.text(max_size=100),
    st.text(max_size=50) | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.none(),
    max_size=MAX_METADATA_ENTRIES,
)


@given(METADATA)
def test_metadata_comes_back_as_it_was(metadata):
    article = Article(body="x", metadata=metadata)
    again = Article.model_validate_json(article.model_dump_json(exclude_none=True))

    assert again.metadata == metadata
    assert {name: type(value) for name, value in again.metadata.items()} == {
        name: type(value) for name, value in metadata.items()
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "many"},
        {"kinds": ["blog"]},
        {"kinds": "wire"},
        {"sources": "Norwind"},
        {"sources": ["x"] * 101},
        {"published_after": "2026-03-03T11:40:00"},
        {"include_related": "perhaps"},
        {"since": "2026-03-03T11:40:00Z"},
    ],
)
def test_filters_that_make_no_sense_are_refused(fields):
    with pytest.raises(ValidationError):
        Filters.model_validate(fields)


def test_a_check_is_an_article_with_filters_beside_it():
    request = CheckRequest.model_validate({"body": "x", "source": "Norwind", "sources": ["Aster"], "limit": 3})

    assert request.article() == Article(body="x", source="Norwind")
    assert request.filters() == Filters(sources=["Aster"], limit=3)
