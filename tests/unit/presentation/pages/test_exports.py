"""Files that can be downloaded from pages."""

from __future__ import annotations

from support.page_calls import rows_of
from support.reported import article
from wirematch.matching.resources import default_comparer
from wirematch.models import Article
from wirematch.presentation.pages.exports import evidence_csv, pickups_csv


def test_a_table_says_of_credit_what_pages_say():
    story, taker = article("harbour-bridge-wire"), article("harbour-bridge-copy")
    found = default_comparer().compare_articles(taker, story)
    told = found.model_copy(update={"id": "copy", "source": taker.source, "credited": False})
    known, unknown = (
        [row["credited"] for row in rows_of(pickups_csv(one, [told]))]
        for one in (story, story.model_copy(update={"source": None}))
    )

    assert (known, unknown) == (["no"], [""])


def test_a_text_that_a_spreadsheet_would_run_is_no_formula_in_a_file():
    text = "=HYPERLINK(1) the bridge fell into the river at dawn and nobody knows why it did so on a calm day"
    one, other = Article(body=text), Article(id="x", body=text)
    match = default_comparer().compare_articles(one, other)
    rows = rows_of(evidence_csv(one, other, match))

    assert rows
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
