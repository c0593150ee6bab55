"""``wirematch tune`` and ``wirematch explain`` as a person runs them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from support.command_line import CommandLine

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def wirematch(monkeypatch, capsys) -> CommandLine:
    return CommandLine(monkeypatch, capsys)


@pytest.fixture
def stored(monkeypatch, redis_url, index_name, wirematch, bridge, tmp_path) -> dict[str, Path]:
    """Store the wire story; the others are files."""
    monkeypatch.setenv("WIREMATCH_INDEX", index_name)
    monkeypatch.setenv("WIREMATCH_REDIS_URL", redis_url)
    files = {kind: tmp_path / f"{kind}.json" for kind in bridge}
    for kind, file in files.items():
        file.write_text(json.dumps(bridge[kind]), encoding="utf-8")
    assert wirematch("add", files["wire"]).status == 0
    return files


@pytest.fixture
def pairs(tmp_path, bridge) -> Path:
    """Five pairs with a stored story, too few to tune anything."""
    rows = [
        {"submission": bridge[kind], "story_id": "harbour-bridge-wire", "derived": kind != "independent"}
        for kind in ("copy", "rewrite", "excerpt", "independent")
    ]
    rows.append({"a": {"text": bridge["copy"]["body"]}, "b": {"text": bridge["independent"]["body"]}, "derived": False})
    file = tmp_path / "pairs.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return file


@pytest.mark.usefixtures("stored")
def test_a_file_without_pairs_is_told_as_such(wirematch, tmp_path):
    (tmp_path / "none.jsonl").write_text("\n", encoding="utf-8")
    outcome = wirematch("tune", "--pairs", tmp_path / "none.jsonl")

    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == f"wirematch: There are no pairs in {tmp_path / 'none.jsonl'}.\n"


@pytest.mark.usefixtures("stored")
def test_few_pairs_are_shown_and_nothing_is_written(wirematch, pairs, tmp_path):
    outcome = wirematch("tune", "--pairs", pairs, "--output", tmp_path / "tuning.json", "--svg", tmp_path / "curve.svg")

    assert outcome.status == 1
    assert outcome.err == ""
    assert outcome.out.startswith("5 pairs, 3 derived and 2 not.")
    assert "Nothing is written: too few pairs: a threshold needs 40" in outcome.out
    assert not (tmp_path / "tuning.json").exists()
    drawn = ET.parse(tmp_path / "curve.svg").getroot()
    assert {line.get("class") for line in drawn.iter(f"{SVG}polyline")} == {"precision line", "recall line"}
    assert "http" not in (tmp_path / "curve.svg").read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")


@pytest.mark.usefixtures("stored")
def test_a_threshold_that_a_person_wants_is_written_and_used(wirematch, pairs, stored, tmp_path, monkeypatch):
    tuning = tmp_path / "tuning.json"
    assert wirematch("tune", "--pairs", pairs, "--threshold", 0.999, "--output", tuning).status == 2
    outcome = wirematch("tune", "--pairs", pairs, "--threshold", 0.99, "--output", tuning)
    assert (outcome.status, outcome.err) == (0, "")
    assert "Threshold 0.99 (ships as 0.41), as you asked." in outcome.out
    assert f"WIREMATCH_TUNING_FILE={tuning}" in outcome.out.replace("\n", "")

    before = wirematch("check", stored["rewrite"]).out
    monkeypatch.setenv("WIREMATCH_TUNING_FILE", str(tuning))
    assert before.startswith("Rewrite of")
    assert wirematch("check", stored["rewrite"]).out.startswith("New: derives from no stored story.")
    assert wirematch("explain", stored["rewrite"], "harbour-bridge-wire").out.count("from 0.99 on a pair") == 1
    monkeypatch.setenv("WIREMATCH_THRESHOLD", "0.5")
    assert wirematch("check", stored["rewrite"]).out.startswith("Rewrite of")


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    "content", [b"{}", b"no json", None, b'{"model": "other", "threshold": 0.5, "pairs": 1, "made_by": "x"}']
)
def test_a_tuning_that_cannot_be_used_stops_the_command(wirematch, stored, tmp_path, monkeypatch, content):
    if content is not None:
        (tmp_path / "tuning.json").write_bytes(content)
    monkeypatch.setenv("WIREMATCH_TUNING_FILE", str(tmp_path / "tuning.json"))
    outcome = wirematch("check", stored["rewrite"])

    assert outcome.status == 2
    assert outcome.err.startswith("wirematch: The file in WIREMATCH_TUNING_FILE cannot be used: ")


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("option", ["--output", "--svg"])
def test_labelled_pairs_are_not_overwritten(wirematch, pairs, option):
    before = pairs.read_bytes()

    outcome = wirematch("tune", "--pairs", pairs, "--threshold", "0.6", option, pairs)

    assert outcome.status == 2
    assert "must be different files" in outcome.err
    assert pairs.read_bytes() == before


def test_ids_of_stored_articles_need_the_index(wirematch, pairs):
    outcome = wirematch("tune", "--pairs", pairs, "--alone")

    assert outcome.status == 2
    assert "'harbour-bridge-wire' is a stored article's id; leave out --alone" in outcome.err


def test_programs_are_told_everything(wirematch, tmp_path, bridge):
    row = {"submission": bridge["rewrite"]["body"], "story": bridge["wire"]["body"], "derived": True}
    outcome = wirematch("tune", "--pairs", "-", "--alone", "--json", stdin=json.dumps(row).encode())
    told = json.loads(outcome.out)

    assert outcome.status == 1
    assert (told["pairs"], told["left_out"], told["numbers"]) == (1, 0, None)
    assert told["shipped"]["recall"] | {"low": 0, "high": 0} == {"hits": 1, "of": 1, "low": 0, "high": 0}


def test_why_a_rewrite_was_matched(wirematch, stored):
    outcome = wirematch("explain", stored["rewrite"], "harbour-bridge-wire")

    assert (outcome.status, outcome.err) == (0, "")
    assert "is a rewrite of harbour-bridge-wire: probability 0.9" in outcome.out
    assert "For it:\n  clearly (+" in outcome.out
    assert "Weaker evidence, and the constant term: +" in outcome.out
    assert "A look-up finds the story, among 1 candidate that" in outcome.out


def test_why_another_report_was_not(wirematch, stored):
    told = json.loads(wirematch("explain", "--json", stored["independent"], "harbour-bridge-wire").out)

    assert (told["relation"], told["derivation"]) == ("related", "non_derived")
    assert told["probability"] < told["threshold"]
    weights = [one["weight"] for one in (*told["speaking_for"], *told["against"])]
    assert 1 / (1 + math.exp(-sum(weights) - told["rest"])) == pytest.approx(told["probability"], abs=1e-3)
    assert sum(weights) < 0


def test_of_two_stored_ones_the_later_is_asked_about(wirematch, stored):
    wirematch("add", stored["rewrite"])
    outcome = wirematch("explain", "harbour-bridge-wire", "harbour-bridge-rewrite")

    assert outcome.out.startswith("harbour-bridge-rewrite is a rewrite of harbour-bridge-wire: ")
    assert "harbour-bridge-wire was published before harbour-bridge-rewrite" in outcome.out
    assert "A look-up finds the story" in outcome.out


def test_two_files_need_no_index_and_what_is_neither_is_named(wirematch, stored, monkeypatch, tmp_path):
    assert "Both are files" in wirematch("explain", stored["copy"], stored["wire"]).out
    said = wirematch("explain", "nothing", "harbour-bridge-wire").err
    assert "'nothing' is neither a file nor the id of a stored article" in said
    monkeypatch.setenv("WIREMATCH_REDIS_URL", "redis://127.0.0.1:1/0")
    assert wirematch("explain", stored["copy"], stored["wire"]).status == 0


def test_a_story_that_others_outrank_is_told_from_one_that_shares_too_little(wirematch, stored, monkeypatch):
    wirematch("add", stored["rewrite"])
    monkeypatch.setenv("WIREMATCH_COMPARE_LIMIT", "1")
    monkeypatch.setenv("WIREMATCH_EXCERPT_LIMIT", "0")
    outcome = wirematch("explain", stored["copy"], "harbour-bridge-rewrite")

    assert "it finds 1 candidate, and no more are compared" in outcome.out
    assert "A look-up finds the story" in wirematch("explain", stored["copy"], "harbour-bridge-wire").out
