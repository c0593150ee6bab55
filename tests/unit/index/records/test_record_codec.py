from __future__ import annotations

import json
import struct
from datetime import UTC, datetime

import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from wirematch.composition.from_settings import make_signer
from wirematch.detection.storing.adding import complete
from wirematch.fingerprint.minhash import FingerprintScheme, sign
from wirematch.index.records.codec import (
    TIMES,
    _offsets,
    decode_article,
    decode_record,
    encode_article,
    encode_filters,
    milliseconds,
)
from wirematch.index.records.tail import read_tail
from wirematch.models import NO_FILTERS, Article, BodyFormat, Filters, Kind, SourceFilters
from wirematch.text.markup import plain_text

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
NOON_MS = 1_772_539_200_000
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
MILLISECONDS = st.integers(0, 4_000_000_000_000)


def stored(article: Article, version: int = 1, stored_ms: int = NOON_MS, expires_ms: int = 0) -> bytes:
    """Encode a whole record, with the times that put.lua adds."""
    return TIMES.pack(version, stored_ms, expires_ms) + encode_article(article)


def without_tail(record: bytes) -> bytes:
    """Return a record in layout 3."""
    _, _, json_at = _offsets(record)
    return record[: read_tail(record, json_at).json_end]


def test_scripts_find_the_header_at_fixed_offsets():
    article = Article(id="a-ä", source="Norwind", body="Snow.", kind=Kind.ARTICLE, published_at=NOON)
    record = stored(article, version=3, expires_ms=NOON_MS + 1)

    assert struct.unpack_from("<IQQ", record) == (3, NOON_MS, NOON_MS + 1)
    assert struct.unpack_from("<qB", record, 20) == (NOON_MS, 1)
    assert struct.unpack_from("<HH", record, 45) == (4, 7)
    assert record[49:60] == "a-äNorwind".encode()
    assert {"id", "source", "kind"}.isdisjoint(json.loads(record[60 : read_tail(record, 60).json_end]))


def test_an_unknown_time_of_publication_is_a_number_no_filter_passes():
    assert struct.unpack_from("<q", stored(Article(id="a", body="Snow.", kind=Kind.WIRE)), 20) == (-(2**53),)


def test_the_digest_changes_with_any_field():
    article = Article(id="a", body="Snow.", kind=Kind.WIRE)
    others = [{"body": "Rain."}, {"headline": "Snow"}, {"source": "Norwind"}, {"kind": Kind.ARTICLE}]
    digests = {stored(article.model_copy(update=other))[29:45] for other in others}

    assert stored(article)[29:45] == stored(article.model_copy())[29:45]
    assert len(digests | {stored(article)[29:45]}) == 5


@given(
    article=st.builds(
        Article,
        id=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40),
        body=TEXT.filter(str.strip),
        body_format=st.sampled_from([BodyFormat.TEXT, BodyFormat.HTML, BodyFormat.MARKDOWN]),
        source=st.none() | TEXT.filter(str.strip),
        headline=st.none() | TEXT.filter(str.strip),
        kind=st.sampled_from(Kind),
        published_at=st.none() | MILLISECONDS.map(lambda number: datetime.fromtimestamp(number / 1000, UTC)),
        metadata=st.just({}) | st.just({"desk": "north"}),
    ),
    version=st.integers(1, 2**32 - 1),
    stored_ms=MILLISECONDS,
)
def test_what_is_encoded_is_decoded(article, version, stored_ms):
    record = stored(article, version, stored_ms)
    decoded = decode_article(record)

    assert decoded.as_submitted() == article
    assert decoded.version == version
    assert milliseconds(decoded.stored_at) == stored_ms
    assert decode_record(7, record).body == plain_text(article)
    assert decode_record(7, record).article == decoded


PLAIN = "Four people died in the harbour & seven are missing."
MARKED = "<p>Four people died when a barge struck the harbour bridge of Averland.</p><p>Seven are missing.</p>"


@pytest.mark.parametrize("body_format", [None, BodyFormat.AUTO, BodyFormat.TEXT])
def test_a_plain_article_has_the_bytes_that_it_always_had(body_format):
    article = complete(Article(id="a", body=PLAIN, headline="Barge", body_format=body_format))
    before = f'{{"headline":"Barge","body":"{PLAIN}"}}'.encode()
    digested = f'{{"id":"a","headline":"Barge","body":"{PLAIN}","kind":"wire"}}'.encode()
    record = stored(article)

    assert without_tail(record)[50:] == before
    assert record[29:45] == xxhash.xxh3_128_digest(digested)


def test_markup_that_was_stored_as_plain_text_stays_plain_text():
    scheme = FingerprintScheme()
    old = stored(Article(id="a", body=MARKED, kind=Kind.WIRE, body_format=BodyFormat.TEXT))
    read = decode_article(old)

    assert without_tail(old)[50:] == f'{{"body":"{MARKED}"}}'.encode()  # so it was written before formats were known
    assert read.body_format is BodyFormat.TEXT
    assert decode_record(7, old).body == MARKED
    assert (make_signer(scheme)(read) == sign(MARKED, scheme)).all()
    assert stored(read.as_submitted()) == old  # as in a rebuilt index


@pytest.mark.parametrize(
    ("body", "body_format"),
    [
        (MARKED, BodyFormat.HTML),
        (MARKED.replace("<", "&lt;"), BodyFormat.HTML),
        ("Four people died &amp; seven are missing.", BodyFormat.HTML),
        ("Four **people** died.", BodyFormat.MARKDOWN),
        ("Four **people** died &amp; seven are missing.", BodyFormat.MARKDOWN),
    ],
)
@pytest.mark.parametrize("said", [None, BodyFormat.AUTO])
def test_an_article_with_markup_is_stored_with_its_format_and_signed_by_it(body, body_format, said):
    scheme = FingerprintScheme()
    given = Article(id="a", body=body, body_format=said)
    record = stored(complete(given))
    read = decode_article(record)

    assert read.body_format is body_format
    assert decode_record(7, record).body == plain_text(read) == plain_text(given) != body
    assert (make_signer(scheme)(read) == make_signer(scheme)(given)).all()
    assert stored(complete(given.model_copy(update={"body_format": body_format}))) == record


@pytest.mark.parametrize("missing", ["id", "kind"])
def test_an_article_without_id_or_kind_is_not_encoded(missing):
    article = Article(id="a", body="Snow.", kind=Kind.WIRE).model_copy(update={missing: None})

    with pytest.raises(ValueError, match="under an id and as a kind"):
        encode_article(article)


def test_filters_that_pass_everything_are_empty():
    assert encode_filters(NO_FILTERS) == b""


def test_filters_have_milliseconds_and_the_codes_of_kinds():
    filters = Filters(sources=["Norwind"], kinds=[Kind.ARTICLE], published_after=NOON)

    assert json.loads(encode_filters(filters)) == {
        "sources": ["Norwind"],
        "kinds": [1],
        "after": NOON_MS,
        "before": None,
        "latest": None,
    }
    sources = SourceFilters(not_published_after=NOON, kinds=[Kind.WIRE])
    passing = {"sources": None, "kinds": [0], "after": None, "before": None, "latest": NOON_MS}
    assert json.loads(encode_filters(sources)) == passing
