"""Web archives as crawlers write them."""

from __future__ import annotations

import gzip
import io
import random
import re
import sys
import zlib

import pytest

from support.web_archive import TEXT, Archive, page
from wirematch.pipelines.dedupe import items as item_reading
from wirematch.pipelines.dedupe.http_content import decoded
from wirematch.pipelines.dedupe.inputs import Inputs

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


@pytest.fixture(params=["crawl.warc", "crawl.warc.gz"])
def archive(tmp_path, request) -> Archive:
    return Archive(tmp_path / request.param)


def test_pages_are_articles_under_their_own_ids_or_addresses(archive):
    archive.page("https://news.example/lamp", page())
    archive.page("https://news.example/?id=7", page('<link rel="canonical" href="https://news.example/seven">'))
    archive.resource("https://news.example/saved", page())
    archive.page("https://news.example/" + "long" * 60, page())
    items = list(Inputs([str(archive.path)]).items())

    assert [item.document.article.id for item in items[:3]] == [
        "https://news.example/lamp", "https://news.example/seven", "https://news.example/saved",
    ]  # fmt: skip
    assert items[3].document.article.id.startswith("urn:sha256:")
    assert items[0].document.article.headline == "Lamp out"
    assert items[0].document.article.body.startswith("The lighthouse at Kelder Point")
    assert items[0].place == f"{archive.path}, https://news.example/lamp"


def test_what_is_no_page_or_no_success_is_passed_over(archive):
    archive.page("https://news.example/gone", page(), status="404 Not Found")
    archive.page("https://news.example/lamp.png", b"\x89PNG", Content_Type="image/png")
    archive.page("https://news.example/untyped", page(), Content_Type="")

    assert list(Inputs([str(archive.path)]).items()) == []


def test_pages_come_packed_and_in_other_encodings(archive):
    archive.page("https://news.example/1", gzip.compress(page()), Content_Encoding="gzip")
    latin = page(text=TEXT.replace("Kelder", "Kölder")).decode().encode("latin-1")
    archive.page("https://news.example/2", latin, Content_Type="text/html; charset=iso-8859-1")
    one, two = (item.document.article.body for item in Inputs([str(archive.path)]).items())

    assert one.startswith("The lighthouse at Kelder Point")
    assert two.startswith("The lighthouse at Kölder Point")


@pytest.mark.parametrize("charset", ["x-nonsense", "utf-7", ""])
def test_an_encoding_that_nobody_knows_costs_no_page(archive, charset):
    archive.page("https://news.example/1", page(), Content_Type=f"text/html; charset={charset}")
    [item] = Inputs([str(archive.path)]).items()

    assert item.document.article.body == TEXT.strip()


def chunked(content: bytes, end: bytes = b"0\r\nX-Checked: yes\r\n\r\n") -> bytes:
    pieces = (content[at : at + 50] for at in range(0, len(content), 50))
    return b"".join(b"%x;part\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + end


def deflated(content: bytes) -> bytes:
    """Without zlib's header, as some servers send it."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


PACKED = {
    "gzip": gzip.compress,
    "zstd": zstd.compress,
    "deflate": zlib.compress,
    "deflate, raw": deflated,
    "br": lambda content: pytest.importorskip("brotli").compress(content),
}


@pytest.mark.parametrize("name", PACKED)
def test_pages_come_in_any_coding_and_in_chunks_or_as_they_were(archive, name):
    coding = {"Content_Encoding": name.partition(",")[0]}
    packed = PACKED[name](page())
    archive.page("https://news.example/1", packed, **coding)
    archive.page("https://news.example/2", chunked(packed), Transfer_Encoding="chunked", **coding)
    archive.page("https://news.example/3", page(), Transfer_Encoding="chunked", **coding)  # decoded by the crawler
    archive.page("https://news.example/4", chunked(packed, end=b""), Transfer_Encoding="chunked", **coding)
    items = list(Inputs([str(archive.path)]).items())

    assert [item.document.article.body for item in items] == [TEXT.strip()] * 4


@pytest.mark.parametrize("name", [*PACKED, "compress"])
def test_damaged_content_of_a_page_costs_only_that_page(archive, name):
    packed = PACKED.get(name, gzip.compress)(page())
    archive.page("https://news.example/cut", packed[:-20], Content_Encoding=name.partition(",")[0])
    archive.page("https://news.example/lamp", page())
    cut, good = Inputs([str(archive.path)]).items()

    assert cut.place.endswith("https://news.example/cut")
    assert cut.lost
    assert "content" in cut.fault
    assert good.document is not None


def test_a_page_that_unpacks_to_more_than_is_allowed_is_a_fault(archive, monkeypatch):
    monkeypatch.setattr(item_reading, "LARGEST_DOCUMENT", 5_000)
    for name, pack in PACKED.items():
        archive.page("https://news.example/large", pack(page(text=TEXT * 100)), Content_Encoding=name.partition(",")[0])
    items = list(Inputs([str(archive.path)]).items())

    assert [item.fault for item in items] == ["a document may have at most 5,000 bytes."] * len(PACKED)


def test_a_page_without_a_text_or_too_large_is_a_fault_with_its_place(archive, monkeypatch):
    monkeypatch.setattr(item_reading, "LARGEST_DOCUMENT", 5_000)
    archive.page("https://news.example/empty", b"<html><body></body></html>")
    archive.page("https://news.example/large", page(text=TEXT * 20))
    archive.page("https://news.example/lamp", page())
    empty, large, good = Inputs([str(archive.path)]).items()

    assert "https://news.example/empty" in empty.place
    assert "no text" in empty.fault
    assert large.fault == "a document may have at most 5,000 bytes."
    assert good.document is not None


def test_standard_input_may_be_an_archive(archive, monkeypatch):
    archive.page("https://news.example/lamp", page())
    content = archive.path.read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    [item] = Inputs(["-"], "warc").items()
    assert item.document.article.id == "https://news.example/lamp"


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_wherever_an_archive_is_cut_every_complete_record_is_there_and_the_rest_is_told(tmp_path, name):
    """Five hundred cuts, at seeded places and at all around the end."""
    archive = Archive(tmp_path / name)
    ends = []
    for number in range(6):
        archive.page(f"https://news.example/{number}", page(text=f"{number} {TEXT}"))
        ends.append(archive.path.stat().st_size)
    whole = archive.path.read_bytes()
    cuts = sorted({*random.Random(7).sample(range(1, len(whole)), 220), *range(len(whole) - 30, len(whole))})
    for cut in cuts:
        archive.path.write_bytes(whole[:cut])
        items = list(Inputs([str(archive.path)]).items())
        complete = sum(end <= cut for end in ends)
        slack = 4 if name == "crawl.warc" else 12  # complete before the checksum, or before
        nearly = sum(end - slack <= cut for end in ends)  # the empty lines after it

        read = sum(item.document is not None for item in items)
        assert complete <= read <= nearly, cut
        told = [item for item in items if item.lost]
        # Between two records nothing is missing, nor without the empty lines after a plain one.
        between = any(end - (4 if name == "crawl.warc" else 0) <= cut <= end for end in archive.ends)
        assert bool(told) is not between, cut
        assert all(item.place and item.fault for item in told)


def test_a_damaged_record_in_the_middle_costs_only_itself(tmp_path):
    archive = Archive(tmp_path / "crawl.warc")
    archive.page("https://news.example/1", page())
    before = archive.path.stat().st_size
    archive.page("https://news.example/2", page())
    after = archive.path.stat().st_size
    archive.page("https://news.example/3", page())
    content = archive.path.read_bytes()
    archive.path.write_bytes(content[:before] + b"\x00" * (after - before) + content[after:])
    items = list(Inputs([str(archive.path)]).items())

    assert [item.document.id for item in items if item.document] == [
        "https://news.example/1",
        "https://news.example/3",
    ]
    [lost] = [item for item in items if item.lost]
    assert f"byte {before:,}" in lost.place


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
@pytest.mark.parametrize("difference", [-400, 700, 10**12])
@pytest.mark.parametrize("kind", ["response", "request"])
def test_a_record_with_a_wrong_length_takes_no_other_with_it(tmp_path, name, difference, kind):
    archive = Archive(tmp_path / name)
    for number in range(5):
        archive.page(f"https://news.example/{number}", page())
    content, wrong = bytearray(), re.compile(rb"(?<=Content-Length: )\d+")
    begin = 0
    for end in archive.ends:
        record = archive.path.read_bytes()[begin:end]
        begin = end
        record = gzip.decompress(record) if name.endswith(".gz") else record
        if f"WARC-Type: {kind}".encode() in record and b"https://news.example/2\r" in record:
            record = wrong.sub(lambda found: b"%d" % max(0, int(found[0]) + difference), record, count=1)
        content += gzip.compress(record) if name.endswith(".gz") else record
    archive.path.write_bytes(content)
    items = list(Inputs([str(archive.path)]).items())
    whole = ["0", "1", "3", "4"] if kind == "response" else ["0", "1", "2", "3", "4"]

    assert [item.document.article.id[-1] for item in items if item.document] == whole
    assert [item.fault for item in items if item.lost] == [
        "the Content-Length of https://news.example/2 is wrong."
    ]  # fmt: skip


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("record", range(1, 10))
def test_damage_to_a_compressed_record_costs_only_that_record(tmp_path, record, cut):
    archive = Archive(tmp_path / "crawl.warc.gz")
    for number in range(5):
        archive.page(f"https://news.example/{number}", page(text=TEXT + str(number)))
    content, begin, end = archive.path.read_bytes(), archive.ends[record - 1], archive.ends[record]
    middle = (begin + end) // 2
    damaged = b"" if cut else b"\xff" * 8 + content[middle + 8 : end]
    archive.path.write_bytes(content[:middle] + damaged + content[end:])
    items = list(Inputs([str(archive.path)]).items())
    whole = [str(number) for number in range(5) if record != 2 * number + 2]

    assert [item.document.article.id[-1] for item in items if item.document] == whole
    assert any("what follows is lost up to byte" in item.fault for item in items if item.lost)


def test_a_page_never_takes_the_address_of_its_site(archive):
    head = (
        '<link rel="canonical" href="https://news.example/"><meta property="og:url" content="https://news.example/en">'
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Lamp out", '
        '"mainEntityOfPage": {"@id": "https://news.example"}}</script>'
    )
    for number in (1, 2):
        archive.page(f"https://news.example/{number}", page(head))

    assert [item.document.id for item in Inputs([str(archive.path)]).items()] == [
        "https://news.example/1",
        "https://news.example/2",
    ]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "a.arc"])
def test_what_is_no_archive_is_told(tmp_path, name):
    content = page()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    [item] = Inputs([str(tmp_path / name)]).items()

    assert item.lost
    assert f"{len(content):,} bytes are not a record" in item.fault


def test_records_behind_something_else_are_read(archive):
    archive.path.write_bytes(gzip.compress(b"x" * 99) if archive.path.suffix == ".gz" else b"x" * 99 + b"\n")
    archive.page("https://news.example/lamp", page())
    lost, found = Inputs([str(archive.path)]).items()

    assert lost.lost
    assert found.document.id == "https://news.example/lamp"


def test_an_arc_is_read(tmp_path):
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page()
    about = b"1 0 Test\nURL IP-address Archive-date Content-type Archive-length\n"
    (tmp_path / "a.arc").write_bytes(
        b"filedesc://a.arc 0.0.0.0 20260303100000 text/plain %d\n%s\n" % (len(about), about)
        + b"https://news.example/lamp 192.0.2.1 20260303100000 text/html %d\n%s\n" % (len(answer), answer)
    )
    [item] = Inputs([str(tmp_path / "a.arc")]).items()

    assert item.document.id == "https://news.example/lamp"


def test_a_page_with_more_codings_than_any_server_uses_is_not_decoded():
    """A header has room for thousands, each of which costs as much time as the page is long."""
    with pytest.raises(ValueError, match="more than 5 codings"):
        decoded(b" <p>Rain.</p>", ",".join(["x-unknown"] * 6), 1_000)
    assert decoded(b" <p>Rain.</p>", ",".join(["x-unknown"] * 5), 1_000) == b" <p>Rain.</p>"
