"""What pages give as files: tables, digests, pairs for the bench, PDFs, and what they load."""

from __future__ import annotations

import sys
from pathlib import Path

from typer.testing import CliRunner

from bench.data.corpus import load_judged
from support.page_calls import check, rows_of
from support.required import skip_without
from support.waiting import PATIENCE_SECONDS
from wirematch.api import pdf_maker
from wirematch.api.pages import desk, evidence
from wirematch.cli import app as command
from wirematch.models import Derivation
from wirematch.presentation.pages.pdf import NO_LIBRARIES

DOCUMENTS = Path(__file__).parents[2] / "documents"


def test_pickups_are_the_same_in_files(loaded):
    told = loaded.get("/articles/harbour-bridge-wire?as=json").json()
    rows = rows_of(loaded.get("/articles/harbour-bridge-wire?as=csv").text)

    assert told == loaded.get("/v1/articles/harbour-bridge-wire/pickups?limit=100").json()
    assert [row["id"] for row in rows] == [one["id"] for one in told["pickups"]]
    assert {row["credited"] for row in rows} == {"yes", "no"}


def test_reasons_stand_on_the_page_and_not_in_what_is_sent_to_an_outlet(loaded):
    path = "/articles/harbour-bridge-rewrite/against/harbour-bridge-wire"
    told = loaded.get(path).text.partition('id="why"')[2].partition("</section>")[0]

    assert "<h3>For it</h3>" in told
    assert "of the shorter text" in told
    assert 'id="why"' not in loaded.get(f"{path}?as=html").text
    assert "reasons" not in loaded.get(f"{path}?as=json").json()["evidence"]


def test_judgements_are_pairs_for_the_bench(loaded, stories, tmp_path):
    location = check(loaded, text=stories["strait-accord"]["rewrite"]["body"])
    for path, verdict in (
        ("/articles/harbour-bridge-copy/against/harbour-bridge-wire", "wholly_derived"),
        (f"{location}/against/strait-accord-wire", "partially_derived"),
    ):
        answer = loaded.post(path, data={"verdict": verdict, "note": "a <b>note</b>"}, follow_redirects=False)
        assert answer.headers["location"] == f"{path}#review"
    assert "a &lt;b&gt;note&lt;/b&gt;" in loaded.get("/review").text

    (tmp_path / "judged.jsonl").write_text(loaded.get("/review?as=jsonl").text, encoding="utf-8")
    judged = load_judged(tmp_path)
    assert {one.derivation for one in judged} == {Derivation.WHOLLY, Derivation.PARTIALLY}
    assert stories["strait-accord"]["rewrite"]["body"] in {one.first for one in judged}
    assert loaded.post(path, data={"verdict": "perhaps"}).status_code == 422


def test_the_desk_counts_pickups_of_wires_by_others_once(loaded, monkeypatch):
    monkeypatch.setattr(desk, "SECONDS_OF_FILE", PATIENCE_SECONDS)  # or a loaded machine would leave some for later
    rows = rows_of(loaded.get("/desk?as=csv").text)
    pairs = [(row["story_id"], row["article_id"]) for row in rows]

    assert len(pairs) == len(set(pairs)) == 13
    assert all(row["agency"] != row["outlet"] for row in rows)
    assert all(story.endswith("-wire") for story, _ in pairs)
    assert rows == rows_of(loaded.get("/desk?as=csv&within=30d").text)


def test_a_wire_that_comes_late_has_its_pickups_on_the_desk(client, stories):
    for kind in ("copy", "wire"):
        client.post("/v1/articles", json=stories["amber-lamps"][kind])

    [row] = rows_of(client.get("/desk?as=csv").text)
    assert (row["story_id"], row["article_id"]) == ("amber-lamps-wire", "amber-lamps-copy")


def test_a_digest_is_the_desk_as_a_file(loaded, settings, tmp_path, monkeypatch):
    monkeypatch.setenv("WIREMATCH_INDEX", settings.index)
    options = ["digest", "--redis-url", settings.redis_url]
    table = CliRunner().invoke(command, [*options, "--format", "csv"])
    page = tmp_path / "digest.html"
    CliRunner().invoke(command, [*options, "-o", str(page), "--url", "https://desk.example/"])

    assert table.stdout.splitlines() == loaded.get("/desk?as=csv").text.splitlines()
    text = page.read_text(encoding="utf-8")
    assert '<base href="https://desk.example/">' in text
    assert "The Coastal Ledger" in text
    assert "<script" not in text


def test_a_digest_has_the_pickups_of_more_articles_than_the_desk_goes_through(loaded, settings, monkeypatch):
    monkeypatch.setenv("WIREMATCH_INDEX", settings.index)
    table = ["digest", "--redis-url", settings.redis_url, "--format", "csv"]
    everything = rows_of(CliRunner().invoke(command, table).stdout)
    monkeypatch.setattr("wirematch.detection.queries.recent_pickups.MOST_ARTICLES", 4)
    monkeypatch.setattr("wirematch.detection.queries.recent_pickups.AT_ONCE", 4)

    assert sorted(map(str, rows_of(CliRunner().invoke(command, table).stdout))) == sorted(map(str, everything))
    assert len(everything) == 13


def test_files_of_pages_are_served_and_no_others(client):
    assert client.get("/static/pages.css").headers["content-type"].startswith("text/css")
    assert client.get("/static/%2e%2e/rendering.py").status_code == 404


PAIR = "/articles/amber-lamps-rewrite/against/amber-lamps-wire"


def test_evidence_is_a_pdf_that_loads_nothing(loaded):
    answer = loaded.get(f"{PAIR}?as=pdf")
    skip_without("pango", "needs the extra pdf, and Pango" if answer.status_code == 501 else None)

    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].endswith('.pdf"')
    assert answer.content.startswith(b"%PDF-")
    assert len(answer.content) > 20_000
    assert "?as=pdf" in loaded.get(PAIR).text


def test_without_pango_it_says_what_to_install(loaded, monkeypatch, tmp_path):
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\necho cannot load library libpango >&2\nexit {NO_LIBRARIES}\n")
    program.chmod(0o755)
    monkeypatch.setattr(pdf_maker, "can_make_pdf", lambda: True)
    monkeypatch.setattr(sys, "executable", str(program))

    assert loaded.get(f"{PAIR}?as=pdf").status_code == 501
    assert "Pango" in loaded.get(f"{PAIR}?as=pdf").text


def test_without_the_extra_it_says_what_to_install(loaded, monkeypatch):
    monkeypatch.setattr(pdf_maker, "can_make_pdf", lambda: False)
    monkeypatch.setattr(evidence, "can_make_pdf", lambda: False)

    assert loaded.get(f"{PAIR}?as=pdf").status_code == 501
    assert "wirematch[pdf]" in loaded.get(f"{PAIR}?as=pdf").text
    assert "?as=pdf" not in loaded.get(PAIR).text
