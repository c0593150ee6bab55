from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.errors import InvalidArticleError
from wirematch.pipelines.input_rows import Fields, read_row

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


FIELDS = Fields()


def record(value, fields=FIELDS):
    return read_row(json.dumps(value).encode(), fields, 7, "here")


def test_fields_can_be_elsewhere():
    fields = Fields(id="meta.id", body="text", headline="title", published_at="meta.date.when")
    found = record(
        {"text": "Four died.", "title": "Fire", "meta": {"id": 12, "date": {"when": "2026-03-01T10:00:00Z"}}}, fields
    )

    assert (found.article.id, found.article.body, found.article.headline) == ("12", "Four died.", "Fire")
    assert found.article.published_at is not None
    assert found.left_out == ()


def test_bytes_of_another_encoding_are_called_so():
    with pytest.raises(InvalidArticleError, match="is not UTF-8: invalid start byte at byte 10"):
        read_row(b'{"body":"K\xf6ln"}', FIELDS, 1, "here")


def test_a_member_with_a_dot_in_its_name_is_found():
    assert record({"a.b": "Four died."}, Fields(body="a.b")).article.body == "Four died."


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"text": "Four died."}, "has no text in 'body'; it has text"),
        ({"body": "  "}, "it contains no text"),
        ({"body": 5}, "valid string"),
        ({"body": None}, "has nothing in 'body'"),
        ({"body": "x", "id": True}, "an id must be a string or a number"),
        ({"body": "x", "id": ["a"]}, "an id must be a string or a number"),
        (["body"], "is an array: one article is expected"),
    ],
)
def test_what_makes_a_record_useless_is_said(value, said):
    with pytest.raises(InvalidArticleError, match=said):
        record(value)


def test_what_cannot_be_used_is_left_out_and_told():
    found = record({"body": "x", "published_at": "yesterday", "headline": 4, "kind": "rumour", "language": "de"})

    assert found.left_out == ("headline", "kind", "published_at")
    assert found.article.language == "de"


def test_any_text_can_be_an_id():
    long, steering = record({"id": "x" * 500, "body": "x"}), record({"id": "a\nb", "body": "x"})

    assert long.article.id != steering.article.id
    assert str(long.article.id).startswith("urn:sha256:")
    assert record({"id": "", "body": "x"}).article.id is None
    for segment in (".", ".."):  # no address can have these
        assert str(record({"id": segment, "body": "x"}).article.id).startswith("urn:sha256:")


@pytest.mark.parametrize(("given", "taken"), [(7, "7"), (12.0, "12"), (12.5, "12.5"), (-3, "-3"), (1e22, str(10**22))])
def test_a_number_can_be_an_id(given, taken):
    """A table with a gap in its column of ids has 12 as 12.0, which is the same number in JSON."""
    assert record({"id": given, "body": "x"}).article.id == taken


def test_a_note_leaves_the_rest_as_it_was_to_the_byte():
    line = '  {"price": 1.10, "body":"Fünf",\t"big": 123456789012345678901234567890 }  '.encode()
    noted = read_row(line, Fields(), 0, "here").with_note({"decision": "new"})

    assert noted == '{"price": 1.10, "body":"Fünf",\t"big": 123456789012345678901234567890,'.encode() + (
        b'"wirematch":{"decision":"new"}}'
    )


def test_a_note_from_before_is_replaced():
    noted = record({"wirematch": {"decision": "old"}, "body": "x", "z": 1}).with_note({"decision": "new"})

    assert json.loads(noted) == {"body": "x", "z": 1, "wirematch": {"decision": "new"}}


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=4), st.booleans())
def test_whatever_else_a_record_has_comes_through(others, ascii_only):
    value = {**others, "body": "Four died.", "id": "a"}
    line = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    try:
        found = read_row(line, Fields(), 0, "here")
    except InvalidArticleError:
        return  # lone surrogates
    noted = json.loads(found.with_note({"decision": "new"}))

    assert noted.pop("wirematch") == {"decision": "new"}
    value.pop("wirematch", None)
    assert noted == json.loads(json.dumps(value))
