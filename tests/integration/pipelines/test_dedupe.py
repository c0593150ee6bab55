"""``wirematch dedupe``: what it keeps, for various inputs and outputs."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from support.dedupe_runs import ended, read
from support.live_service import COMMAND, LiveService, valkey_process
from support.made_up import own, told
from support.report_templates import ABOUT, FILLINGS, TEMPLATES
from support.waiting import PATIENCE_SECONDS
from wirematch_client import Client

pytestmark = pytest.mark.slow


def test_copies_are_dropped_and_all_else_is_left_as_it_was(dedupe, write, named, tmp_path):
    odd = json.dumps(named["wire"]).encode()[:-1] + b', "price": 1.10,  "tags": ["a", {"b": null}]}'
    given = write([odd, *list(named.values())[1:]])
    outcome = dedupe(given, "-o", tmp_path / "out.ndjson")

    assert (outcome.status, outcome.records) == (0, [])
    assert outcome.err.startswith("5 read, 4 written, 1 dropped (duplicate 1); ")
    lines = (tmp_path / "out.ndjson").read_bytes().splitlines()
    assert lines == [line for line in given.read_bytes().splitlines() if b'"id": "copy"' not in line]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.ndjson", "out.ndjson"]


def test_reports_of_a_template_are_kept_unless_they_say_the_same(dedupe, write):
    reports = [
        {"id": f"{name} {number}", "body": template(number) + ABOUT}
        for name, template in TEMPLATES.items()
        for number in range(FILLINGS)
    ]
    copies = [{"id": f"copy of {row['id']}", "body": f"{row['body']} (Updated 12:40)"} for row in reports]

    assert dedupe(write([*reports, *copies])).ids == [row["id"] for row in reports]


def test_a_dash_is_standard_output(dedupe, write, named, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert dedupe(write(named.values()), "-o", "-").ids == ["wire", "independent", "rewrite", "excerpt"]
    assert [path.name for path in tmp_path.iterdir()] == ["in.ndjson"]


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (["--drop", "duplicate"], ["wire", "independent", "rewrite", "excerpt"]),
        (["--drop", "rewrite"], ["wire", "independent", "excerpt"]),
        (["--drop", "duplicate", "--drop", "partial,rewrite"], ["wire", "independent"]),
        (["--annotate"], ["wire", "independent", "copy", "rewrite", "excerpt"]),
    ],
)
def test_what_is_dropped_is_asked_for(dedupe, write, named, options, kept):
    assert dedupe(write(named.values()), *options).ids == kept


def test_annotations_say_what_was_decided(dedupe, write, named):
    notes = {one["id"]: one["wirematch"] for one in dedupe(write(named.values()), "--annotate").records}

    assert notes["wire"] == {"id": "wire", "decision": "new", "original_id": None}
    assert (notes["copy"]["decision"], notes["copy"]["original_id"]) == ("duplicate", "wire")
    assert notes["rewrite"]["decision"] == "rewrite"
    assert 0.5 < notes["rewrite"]["probability"] <= 1
    assert 0 < notes["excerpt"]["coverage"]["story"] < 1


def test_only_the_first_published_of_a_group_is_kept_whatever_the_order(dedupe, write, bridge):
    order = ("copy", "rewrite", "independent", "wire", "excerpt")
    outcome = dedupe(write(bridge[kind] for kind in order), "--keep-first", "--drop", "partial", "--annotate")

    assert outcome.ids == ["harbour-bridge-independent", "harbour-bridge-wire"]
    assert outcome.records[1]["wirematch"]["decision"] == "new"
    assert "3 dropped (not the first 3)" in outcome.err


def test_records_without_ids_or_with_the_same_are_told_apart(dedupe, write, named):
    wire, copy = ({**named[kind], "id": "same"} for kind in ("wire", "copy"))
    other = {**named["independent"], "id": "same"}
    nameless = {name: value for name, value in named["rewrite"].items() if name != "id"}
    records = dedupe(write([wire, other, copy, wire, nameless, {**nameless, "id": 17}]), "--annotate").records
    notes = [record["wirematch"] for record in records]

    assert [note["decision"] for note in notes] == ["new", "new", "duplicate", "duplicate", "rewrite", "duplicate"]
    assert [note["id"] for note in notes][:2] == ["same", "wirematch:record:1"]
    assert [note["id"] for note in notes][4] == "wirematch:record:4"
    assert notes[5]["original_id"] == "same"  # the copy of a rewrite belongs to the rewrite's original
    assert notes[5]["id"] == "17"
    assert records[5]["id"] == 17


def test_ids_that_no_address_can_have_stop_nothing(dedupe, write, named):
    done = dedupe(write([named["wire"] | {"id": "."}, named["copy"], named["independent"] | {"id": ".."}]))

    assert (done.status, done.ids) == (0, [".", ".."])


def test_fields_have_the_names_that_they_have(dedupe, write, named):
    def strange(kind: str) -> dict[str, Any]:
        return {"meta": {"key": kind}, "content": named[kind]["body"], "title": named[kind]["headline"]}

    given = write(map(strange, ("wire", "copy")))
    fields = ("--id-field", "meta.key", "--text-field", "content", "--headline-field", "title")

    assert [record["meta"]["key"] for record in dedupe(given, *fields).records] == ["wire"]
    assert "has no text in 'body'; it has content, meta, title." in dedupe(given).err


def test_bad_lines_are_told_and_kept_apart(dedupe, write, named, tmp_path):
    given = write([named["wire"], b"", b'{"body": ', b"\xff\xfe", b'{"id": "x"}', named["copy"]])
    outcome = dedupe(given, "--rejects", tmp_path / "bad.ndjson")

    assert (outcome.status, outcome.ids) == (0, ["wire"])
    assert [line.partition(": ")[0] for line in outcome.err.splitlines()[:3]] == [f"{given}:{n}" for n in (3, 4, 5)]
    assert "5 read, 1 written, 1 dropped (duplicate 1), 3 bad" in outcome.err
    rejected = read(tmp_path / "bad.ndjson")
    assert [bad["place"] for bad in rejected] == [f"{given}:{n}" for n in (3, 4, 5)]
    assert rejected[1]["line"] == "\\xff\\xfe"
    assert dedupe(given, "--quiet").err == ""


def test_standard_input_goes_to_standard_output(dedupe, named):
    lines = b"".join(json.dumps(article).encode() + b"\n" for article in named.values())
    status, out, _ = ended("-", stdin=lines)

    assert status == 0
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["wire", "independent", "rewrite", "excerpt"]
    refused = dedupe("-", "--keep-first", stdin=lines)
    assert (refused.status, refused.err) == (
        2,
        "wirematch: --keep-first reads its inputs twice, which is impossible with standard input or a pipe.\n",
    )


def test_a_folder_of_documents_of_any_kind(dedupe, tmp_path, named):
    documents = Path(__file__).parents[2] / "documents"
    outcome = dedupe(documents, "--annotate", "-o", tmp_path / "out.ndjson")
    records = read(tmp_path / "out.ndjson")

    assert outcome.status == 0
    assert {record.get("metadata", {}).get("format", " ").split(" ")[0] for record in records} >= {
        "ninjs", "NewsML-G2", "NITF",
    }  # fmt: skip
    assert "ninjs-3-kill.json: withdraws" in outcome.err
    assert all(record["wirematch"]["decision"] for record in records)


def test_progress_is_told_where_it_is_asked_for(dedupe, write, named, monkeypatch):
    given = write(named.values())

    assert "articles, " not in dedupe(given).err
    script = ["script", "-qec", f"{COMMAND} dedupe {given} -o {given}.out", "/dev/null"]
    shown = subprocess.run(script, capture_output=True, timeout=PATIENCE_SECONDS, check=True).stdout
    assert b"5 articles, " in shown
    assert b"100%" in shown


def test_what_is_in_a_given_folder_counts_and_stays(dedupe, write, named, tmp_path):
    data_dir = tmp_path / "data"
    dedupe(write([named["wire"]]), "--data-dir", data_dir)
    again = dedupe(write([named["wire"], named["copy"], named["independent"]]), "--data-dir", data_dir)

    assert again.ids == ["independent"]
    assert dedupe(write([named["wire"]]), "--data-dir", data_dir, "--keep-first").ids == []
    assert valkey_process(data_dir) is None


def test_to_start_over_a_finished_run_is_said_to_remove_nothing_from_a_shared_index(dedupe, write, named, tmp_path):
    given, shared = write([named["wire"]]), ("--data-dir", tmp_path / "data")
    assert dedupe(given, "-o", tmp_path / "first.out", *shared).status == 0
    again = dedupe(given, "-o", tmp_path / "first.out", *shared, "--restart")
    alone = dedupe(given, "-o", tmp_path / "alone.out", "--restart")

    assert again.status == 0
    assert "removes nothing from the index" in again.err.replace("\n", " ")
    assert (tmp_path / "first.out").read_bytes() == b""
    assert "removes nothing" not in alone.err


def test_a_running_service_decides(dedupe, write, live: LiveService):
    bodies = {"one": told(own(5_201)), "another": told(own(5_202)), "copy": f"{told(own(5_201))} Told again."}
    articles = [{"id": f"service-{name}", "body": body} for name, body in bodies.items()]
    outcome = dedupe(write(articles[:2]), "--url", live.url, "--annotate")
    again = dedupe(write([articles[0], articles[2], b'{"body": "' + b"x" * 200_001 + b'"}']), "--url", live.url)

    assert (outcome.status, len(outcome.records)) == (0, 2)
    assert (again.status, again.ids) == (0, [])
    assert "in.ndjson:3: body: String should have at most" in again.err
    with Client(live.url) as client:
        assert client.get(articles[0]["id"]).body == articles[0]["body"]


def test_no_service_is_said_and_nothing_is_left_that_would_have_to_be_resumed(dedupe, write, named, tmp_path):
    given = write(named.values())
    out = tmp_path / "out.ndjson"
    failed = dedupe(given, "-o", out, "--url", "http://127.0.0.1:9", "--quiet")

    assert failed.status == 2
    assert failed.err.startswith("wirematch: The service at http://127.0.0.1:9 does not answer")
    assert "/readyz: " in failed.err  # and what happened there
    assert "Redis" not in failed.err
    assert [path.name for path in tmp_path.iterdir()] == ["in.ndjson"]
    assert dedupe(given, "-o", out).status == 0
    assert len(read(out)) == 4


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--drop", "new"], "'new' cannot be dropped"),
        (["--format", "word"], "is not a format"),
        (["-o", "/dev/null/out"], "there is no folder /dev/null"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(dedupe, write, named, options, said):
    outcome = dedupe(write([named["wire"]]), *options)

    assert outcome.status == 2
    assert outcome.err.startswith("wirematch: ")
    assert said in outcome.err
    assert outcome.err.count("\n") == 1
