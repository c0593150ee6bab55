from __future__ import annotations

import json

import pytest

from wirematch.errors import InvalidArticleError, InvalidDocumentError
from wirematch.formats.plain import parse_article, parse_text
from wirematch.formats.registry import read, recognise
from wirematch.models import Article, Kind


def read_article(content: bytes, name: str) -> Article | None:
    """Read an article as the command line does."""
    try:
        (document,) = read(content, recognise(content, name))
    except InvalidDocumentError as error:
        raise error.about(name) from error
    return document.article


def test_plain_text_is_all_body():
    assert read_article("Four died.\n\n“Nobody knows.”\n".encode(), "a.txt") == Article(
        body="Four died.\n\n“Nobody knows.”\n"
    )


def test_a_byte_order_mark_is_no_part_of_it():
    assert read_article(b"\xef\xbb\xbfFour died.", "a.txt").body == "Four died."
    assert read_article(b'\xef\xbb\xbf{"body": "Four died."}', "a.json").body == "Four died."


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_mark_says_the_encoding(encoding):
    (document,) = parse_text("Café burnt".encode(encoding))

    assert document.article == Article(body="Café burnt")


def test_json_is_an_article():
    fields = {"id": "a", "headline": "Fire", "body": "Four died.", "kind": "article"}

    assert read_article(json.dumps(fields).encode(), "standard input") == Article(
        id="a", headline="Fire", body="Four died.", kind=Kind.ARTICLE
    )


def test_neither_format_adds_to_the_article():
    (text,), (article,) = parse_text(b"Four died."), parse_article(b'{"body": "Four died.", "metadata": {"a": 1}}')

    assert (text.article.metadata, article.article.metadata) == (None, {"a": 1})
    assert text.own
    assert article.own


def test_a_text_that_begins_with_a_brace_is_a_text():
    assert read_article(b"{sic} he wrote.", "a.txt").body == "{sic} he wrote."
    assert read_article(b"{sic} he wrote.", "standard input").body == "{sic} he wrote."
    assert read_article(b'["Four died."]', "a.txt").body == '["Four died."]'


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.txt", "a.txt is empty"),
        (b" \n\t", "a.txt", "a.txt is empty"),
        (b" \n\t", "a.json", "a.json is empty"),
        (b"\xffF\x00o\x00", "a.txt", "a.txt is not UTF-8 text: invalid start byte at byte 0"),
        (b"\xff\xfe\x00F\x00", "a.txt", "a.txt is not UTF-16-LE text: truncated data at byte 2"),
        (b"Four\x00died", "a.txt", "a.txt is not text: it holds zero bytes"),
        (b'{"body": "x"', "a.json", "a.json is not valid JSON: EOF while parsing an object at line 1 column 12"),
        (b'{"texts": "x"}', "a.json", "a.json is not an article: body: Field required; texts: there is no such field"),
        (b'{"body": ""}', "standard input", "standard input is not an article: body: "),
        (b'{"body": "a \\ud800"}', "a.json", "a.json is not valid JSON: "),
        (b'["x"]', "a.json", "a.json is not an article"),
        (b'"x"', "a.json", "a.json is not an article"),
        (b"not JSON", "a.json", "a.json is not valid JSON"),
        (b"not JSON", "A.JSON", "A.JSON is not valid JSON"),
        (b'{"body": ' + b"[" * 100_000, "a.json", "a.json is not valid JSON"),
        (b'{"body": "x", "metadata": {"n": ' + b"9" * 5_000 + b"}}", "a.json", "a.json is "),
        (b"x" * 200_001, "a.txt", "a.txt is not an article: body: String should have at most 200000 characters"),
    ],
    ids=range(17),
)
def test_what_cannot_be_read_is_said_in_one_line(content, name, said):
    with pytest.raises(InvalidArticleError) as refusal:
        read_article(content, name)

    assert str(refusal.value).startswith(said)
    assert "\n" not in str(refusal.value)
