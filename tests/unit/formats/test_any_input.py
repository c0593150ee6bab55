"""Whatever comes, a parser gives documents or one of our errors.

Drawn by Hypothesis, the same on every run: 100 examples a property here, 300 of the mutated documents; 3,000 others
and 9,000 with ``--hypothesis-profile=thorough``. ``make fuzz-formats`` reads 50,000 for
every parser, which is where new mistakes are looked for.
"""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.formats import LONGEST_SECONDS, MARKED_UP, OF_FORMAT, PIECES, fuzz, parsers
from support.formats_documents import DOCUMENTS
from wirematch.errors import InvalidDocumentError, WirematchError
from wirematch.formats.document import Document
from wirematch.formats.packing import unpack, zstd
from wirematch.formats.registry import Format, of_media_type, read, recognise
from wirematch.models import BodyFormat
from wirematch.text.markup import read_markup

pytestmark = pytest.mark.slow

EXAMPLES = settings.default.max_examples
drawn = settings(max_examples=EXAMPLES)

REAL = {file.name: file.read_bytes() for file in sorted(DOCUMENTS.iterdir())}
keys = st.sampled_from(
    "uri type version versioncreated versionCreated pubstatus pubStatus embargoed embargoedUntil urgency bodies "
    "headlines body_text body_xhtml headline infosource infoSources associations standard $standard value role "
    "contentType name @type @graph @id @context articleBody publisher author inLanguage datePublished dateModified url "
    "identifier mainEntityOfPage creativeWorkStatus body id metadata".split()
)
words = st.sampled_from(
    [
        "NewsArticle",
        "usable",
        "canceled",
        "urn:x:1",
        "2026-03-03T11:40:00Z",
        "text",
        "3.0",
        "2.0",
        "1.3",
        "<p>a</p>",
        "",
    ]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys | st.text(max_size=8), inner, max_size=6),
    max_leaves=25,
)


@st.composite
def changed(draw: st.DrawFn, originals: st.SearchStrategy[bytes]) -> bytes:
    """One of the originals with a few cuts, copies, swaps and strange pieces in it."""
    original = draw(originals)
    content = bytearray(original)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        length = draw(st.sampled_from([0, 1, 1, 2, 8, 64, 512]))
        other = draw(st.integers(0, len(content)))
        piece = draw(st.sampled_from([b"", *PIECES]) | st.just(bytes(content[other : other + length])))
        content[at : at + length] = piece
    return bytes(content)


@st.composite
def mutated(draw: st.DrawFn, names: Sequence[str] = sorted(REAL)) -> tuple[str, bytes]:
    """The name of a document, and that document changed."""
    name = draw(st.sampled_from(names))
    return name, draw(changed(st.just(REAL[name])))


def assert_read_or_refused(content: bytes, format_: Format, charset: str | None = None) -> None:
    try:
        documents = read(content, format_, charset)
    except WirematchError as error:
        said = str(error)
    else:
        said = ""
    if said:
        assert len(said) < 5_000
        return
    assert documents
    for document in documents:
        assert Document.model_validate_json(document.model_dump_json()) == document  # it can be stored as it is
        assert document.article is not None or document.withdrawn


@pytest.mark.parametrize("format_", Format)
@given(content=st.binary(max_size=400))
@drawn
def test_any_bytes(format_, content):
    assert_read_or_refused(content, format_)


@pytest.mark.parametrize("format_", [Format.JSON, Format.NINJS, Format.JSON_LD, Format.HTML, Format.TEXT])
@given(value=json_values)
@drawn
def test_any_json(format_, value: Any):
    content = json.dumps(value).encode()
    if format_ is Format.HTML:
        content = (
            b'<html><body><p>Four died.</p><script type="application/ld+json">' + content + b"</script></body></html>"
        )
    assert_read_or_refused(content, format_)


@given(drawn_document=mutated())
@settings(max_examples=3 * EXAMPLES)
def test_any_mutation_of_a_real_document(drawn_document):
    name, content = drawn_document
    for format_ in {
        recognise(content, name),
        recognise(content, "standard input"),
        Format.XML,
        Format.FEED,
        Format.HTML,
    }:
        assert_read_or_refused(content, format_)


def within_a_second(work: Callable[[], object]) -> None:
    started = time.thread_time()
    work()
    assert time.thread_time() - started < LONGEST_SECONDS


@pytest.mark.parametrize("format_", OF_FORMAT)
@given(data=st.data())
@drawn
def test_any_mutation_of_a_document_of_its_format(format_, data):
    _, content = data.draw(mutated(OF_FORMAT[format_]))
    within_a_second(lambda: assert_read_or_refused(content, format_))


@pytest.mark.parametrize("written_in", [BodyFormat.HTML, BodyFormat.MARKDOWN, None])
@given(mutation=st.data())
@drawn
def test_any_mutation_of_a_body_with_markup(written_in, mutation):
    body = mutation.draw(changed(st.sampled_from([text.encode() for text in MARKED_UP]))).decode("utf-8", "replace")
    within_a_second(lambda: read_markup(body, written_in))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstd.compress])
@given(mutation=st.data())
@drawn
def test_any_mutation_of_packed_content(pack, mutation):
    content = mutation.draw(changed(st.sampled_from([pack(b"four died " * 50), pack(b"") + pack(b"a")])))

    def read_or_refuse() -> None:
        with suppress(InvalidDocumentError):
            unpack(content, 10_000)

    within_a_second(read_or_refuse)


@pytest.mark.parametrize("format_", [Format.NEWSML_G2, Format.NITF, Format.FEED, Format.HTML])
@given(pieces=st.lists(st.sampled_from(PIECES) | st.binary(max_size=3), max_size=40))
@drawn
def test_any_heap_of_pieces(format_, pieces):
    roots = {Format.NEWSML_G2: b"newsItem", Format.NITF: b"nitf", Format.FEED: b"rss", Format.HTML: b"html"}
    assert_read_or_refused(b"<%s>%s</%s>" % (roots[format_], b"".join(pieces), roots[format_]), format_)


@given(content_type=st.text(max_size=60) | st.from_regex(r"[a-z]{1,12}/[a-z+.-]{1,20}; charset=.{0,20}"))
@drawn
def test_any_content_type(content_type):
    format_, charset = of_media_type(content_type)
    assert format_ is None or isinstance(format_, Format)
    assert_read_or_refused(b"Four died.", Format.TEXT, charset)


@given(content=st.binary(max_size=200), name=st.text(max_size=12) | st.sampled_from(["a.json", "a.xml", "-", "a"]))
@drawn
def test_any_file_has_a_format(content, name):
    assert isinstance(recognise(content, name), Format)


@pytest.mark.parametrize(("name", "parse", "originals"), list(parsers()), ids=[name for name, _, _ in parsers()])
def test_a_short_run_of_make_fuzz_formats_finds_nothing(name, parse, originals):
    assert fuzz(name, parse, originals, rounds=200, seed=1) < LONGEST_SECONDS
