"""Ids that are noted can be read, whatever was cut off."""

from __future__ import annotations

from wirematch.models import Article
from wirematch.pipelines.dedupe.checkpoint import IDS_FILE, RowIds
from wirematch.pipelines.input_rows import InputRow


def row(number: int, article_id: str | None) -> InputRow:
    return InputRow(number, "", b"", Article(id=article_id, body="Rain."))


def test_what_is_noted_is_read_also_behind_a_line_that_was_cut_off(tmp_path):
    ids = RowIds(tmp_path)
    assert not ids.exist
    ids.note([row(0, "a\u2028b"), row(1, None)])
    with (tmp_path / IDS_FILE).open("ab") as file:
        file.write(b'[2, "cut')
    ids.note([row(3, 'c"]')])

    assert [(one.number, one.article.id) for batch in ids.rows() for one in batch] == [
        (0, "a\u2028b"),
        (1, None),
        (3, 'c"]'),
    ]
