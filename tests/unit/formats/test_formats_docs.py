"""docs/formats.md lists exactly what the program supports."""

from __future__ import annotations

import re
from pathlib import Path

from support.formats_documents import DOCUMENTS
from wirematch.formats.document import OWN_METADATA
from wirematch.formats.markup import MOST_ATTRIBUTES, MOST_ELEMENTS
from wirematch.formats.registry import EXTENSIONS, MEDIA_TYPES, Format
from wirematch.formats.web.feed import MOST_ENTRIES, MOST_TAGS

PAGE = (Path(__file__).parents[3] / "docs" / "formats.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("|")]


def test_formats_media_types_and_extensions():
    table = ROWS[2 : 2 + len(Format)]

    assert [row[1].strip("`") for row in table] == list(Format)
    documented = {
        media_type: Format(row[1].strip("`")) for row in table for media_type in re.findall(r"`([^`]+)`", row[2])
    }
    assert documented == MEDIA_TYPES
    extensions = {found: Format(row[1].strip("`")) for row in table for found in re.findall(r"`(\.[a-z]+)`", row[3])}
    assert extensions == EXTENSIONS | {".json": Format.JSON}


def test_every_row_of_who_sends_what_has_a_test_document():
    table = [row for row in ROWS if len(row) == 5 and row[0] not in {"format", "---"}]

    assert len(table) > 12
    for row in table:
        names = re.findall(r"`([^`]+)`", row[4])
        assert names, row[0]
        assert all((DOCUMENTS / name).is_file() for name in names), row


def test_every_key_that_is_stored():
    keys = {key for row in ROWS for key in re.findall(r"`([a-z_]+)`", row[0])}

    assert set(OWN_METADATA) <= keys


def test_the_limits():
    for limit in (MOST_ENTRIES, MOST_TAGS, MOST_ELEMENTS, MOST_ATTRIBUTES):
        assert f"{limit:,}" in PAGE
