from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.kernels import needs_kernels
from support.preparing import prepare_first
from wirematch.errors import DamagedRecordError
from wirematch.fingerprint.minhash import shingle_many
from wirematch.fingerprint.sketch import sketch_of
from wirematch.fingerprint.stored_aids import StoredAids
from wirematch.index.protocol import Record
from wirematch.index.records.codec import HEADER, TIMES, decode_record, encode_article
from wirematch.index.records.damage import DamageReport
from wirematch.index.records.tail import pack_tail
from wirematch.index.records.view import RecordView
from wirematch.models import Article, BodyFormat, Kind

TEXT = """AVERLAND (Norwind) - Four people died when a barge struck the “harbour” bridge of Averland.

"We heard it before we saw it," the harbour master said.\tSeven are missing \\ sought."""
CHARACTERS = st.characters(exclude_categories=["Cs"])
STRINGS = st.text(CHARACTERS, min_size=1, max_size=60).filter(str.strip)
STORED = 1_772_539_200_000


def record(article: Article, *, skeleton: bool = True, stored: int = STORED) -> bytes:
    sketch, found = sketch_of(shingle_many([article.body])[0]), prepare_first(article.body, article.headline, "text")[1]
    return TIMES.pack(1, stored, 0) + encode_article(article, StoredAids(sketch, found if skeleton else None))


def told(read: Record) -> dict[str, object]:
    """Return everything known of a record."""
    try:
        article: object = read.article
    except DamagedRecordError as error:
        article = error.number
    size = read.size if isinstance(read.body, str) else None  # in a damaged record, it may be any JSON
    names = "number body sketch skeleton imprint unmarked headline id stored_at".split()
    return {name: getattr(read, name) for name in names} | {"article": article, "size": size}


def view_of(encoded: bytes) -> Record | None:
    found = DamageReport().readable([(7, encoded)])
    return found[0] if found else None


def assert_alike(encoded: bytes) -> None:
    """What a kernel accepts, Python reads alike; what Python finds damaged, the kernel refuses."""
    found = view_of(encoded)
    try:
        expected = decode_record(7, encoded)
    except DamagedRecordError:
        assert found is None
        return
    assert found is not None
    assert told(found) == told(expected)


ZONES = UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=11))
DAYS = datetime.fromisoformat("0001-01-02"), datetime.fromisoformat("9999-12-30")
ARTICLES = st.builds(
    Article,
    id=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40),
    body=STRINGS,
    body_format=st.just(BodyFormat.TEXT) | st.sampled_from(BodyFormat),
    source=st.none() | STRINGS,
    headline=st.none() | STRINGS,
    kind=st.sampled_from(Kind),
    url=st.none() | STRINGS,
    published_at=st.none() | st.just(datetime(2026, 3, 3, tzinfo=UTC)),
    metadata=st.none()
    | st.dictionaries(STRINGS, STRINGS | st.booleans() | st.none() | st.integers() | st.floats(-9, 9)),
)


@given(ARTICLES, st.booleans())
def test_articles_that_were_stored(article, skeleton):
    assert_alike(record(article, skeleton=skeleton))


@needs_kernels
@pytest.mark.parametrize("skeleton", [True, False])
def test_a_plain_text_is_not_decoded_before_somebody_asks(skeleton):
    article = Article(
        id="a-ä", source="Norwind", headline="Barge", body=TEXT, kind=Kind.WIRE, metadata={"desk": 1.5e-7}
    )
    found = view_of(record(article, skeleton=skeleton))

    assert isinstance(found, RecordView)
    assert (found.id, found.size) == ("a-ä", len(TEXT.encode()))
    assert {"_texts", "article", "stored_at"}.isdisjoint(vars(found))


SOUND = record(Article(id="a", source="Norwind", body=TEXT, headline="Barge", kind=Kind.WIRE))


@given(
    st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=3), st.integers(0, 9)
)
def test_records_that_are_damaged(changes, cut):
    encoded = bytearray(SOUND)
    for place, byte in changes:
        encoded[place] = byte
    assert_alike(bytes(encoded[: len(encoded) - cut]))


FIELDS = (
    '"body":"Four died."', '"body":"Four \\u0064ied \\ud83d\\ude00 \\u00e9\\n."', '"body":"\\ud800"', '"body":3',
    '"body":null', '"body":"\u2019"', '"body":"a\tb"', '"headline":null', '"headline":4', '"headline":"\\"Barge\\""',
    '"imprint":null', '"body_format":"text"', '"body_format":null', '"bod\\u0079":"Two"', '"n":01', '"n":-0', '"n":1.',
    '"n":1e5', '"n":1e999', '"n":12345678901234567890123', '"n":NaN', '"n":[1]', '"n":{}', '"n":{"a":{}}',
    '"n":{"a":"b","c":null}', '"n":tru', '"n":true', '"n":-', '"n":.5', '"n":1E-7', '"": 1', "", '"n"', '"n":"\\x"',
    '"n":"\\u00g0"',
)  # fmt: skip


@given(
    st.lists(st.sampled_from(FIELDS), max_size=4), st.sampled_from(["{%s}", "{%s} ", "{%s}}", "{%s", "[%s]", "{%s,}"])
)
def test_json_that_this_service_does_not_write(fields, frame):
    written = (frame % ",".join(fields)).encode()
    head = HEADER.pack(1, STORED, 0, 0, 0, bytes(16), 1, 0) + b"a"
    assert_alike(head + written + pack_tail("", None))


@given(st.none() | st.datetimes(*DAYS, timezones=st.sampled_from(ZONES)))
def test_when_an_article_was_published_is_told_without_the_rest(published):
    encoded = record(Article(id="a", body=TEXT, kind=Kind.WIRE, published_at=published))
    found = view_of(encoded)

    assert found is not None
    assert found.published_at == decode_record(7, encoded).article.published_at == published
    assert "article" not in vars(found) or not isinstance(found, RecordView)


@pytest.mark.parametrize("written", ["2026-03-03T00:00:00+", "2026-03-03T00:00:000", "no time at all, this"])
def test_a_time_that_is_none_is_damage(written):
    whole = record(Article(id="a", body=TEXT, kind=Kind.WIRE, published_at=datetime(2026, 3, 3, tzinfo=UTC)))
    assert whole.count(b"2026-03-03T00:00:00Z") == 1
    found = view_of(whole.replace(b"2026-03-03T00:00:00Z", written.encode()))

    assert found is not None
    with pytest.raises(DamagedRecordError):
        _ = found.published_at


@pytest.mark.parametrize("stored", [0, 253_402_300_799_999, 253_402_300_800_000, 2**63, 2**64 - 1])
def test_times_that_nobody_knows(stored):
    assert_alike(record(Article(id="a", body=TEXT, kind=Kind.WIRE), stored=stored))


def test_records_are_read_in_order_and_damaged_ones_are_told():
    damage = DamageReport()
    bodies = ["Four died.", "Five died.", "<p>Six died.</p>"]
    sound = [record(Article(id=str(place), body=body, kind=Kind.WIRE, body_format="html" if "<" in body else "text"))
             for place, body in enumerate(bodies)]  # fmt: skip
    found = damage.readable([(1, sound[0]), (2, b"{"), (3, sound[2]), (4, sound[1]), (5, b"")])

    assert [(one.number, one.id, one.body) for one in found] == [
        (1, "0", "Four died."), (3, "2", "\n\nSix died.\n\n"), (4, "1", "Five died."),
    ]  # fmt: skip
    assert damage.numbers == {2, 5}
    assert json.dumps(damage.readable([])) == "[]"
