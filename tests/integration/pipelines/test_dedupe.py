"""``wirematch dedupe`` as a process: what it keeps, from and to what, and that being killed changes nothing."""

from __future__ import annotations

import gzip
import json
import os
import signal
import stat
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bench.synthetic import Newsroom
from support.command_line import CommandLine
from support.live_service import COMMAND, LiveService, valkey_process
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch_client import Client

pytestmark = pytest.mark.slow

TEXT = (
    "The lighthouse at Kelder Point went dark for a night, and the fishermen of Little Ansty hung lanterns from the "
    "breakwater until the keeper came back from the mainland with a new lamp."
)


class Outcome(NamedTuple):
    status: int
    records: list[dict[str, Any]]
    err: str

    @property
    def ids(self) -> list[str]:
        return [record["id"] for record in self.records]


@pytest.fixture
def dedupe(monkeypatch, capsys) -> Callable[..., Outcome]:
    command = CommandLine(monkeypatch, capsys)

    def run(*arguments: object, stdin: bytes = b"") -> Outcome:
        status, out, err = command("dedupe", *arguments, stdin=stdin)
        return Outcome(status, [json.loads(line) for line in out.splitlines()], err)

    return run


def process(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WIREMATCH_")}
    command = [COMMAND, "dedupe", *map(str, arguments)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def ended(*arguments: object, stdin: bytes = b"") -> tuple[int, bytes, bytes]:
    """Status, output and errors of a process."""
    running = process(*arguments, stdin=subprocess.PIPE)
    out, err = running.communicate(stdin, timeout=PATIENCE_SECONDS)
    return running.returncode, out, err


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(records: Iterable[dict[str, Any] | bytes], name: str = "in.ndjson") -> Path:
        lines = (one if isinstance(one, bytes) else json.dumps(one).encode() for one in records)
        (tmp_path / name).write_bytes(b"\n".join(lines) + b"\n")
        return tmp_path / name

    return write


@pytest.fixture
def named(bridge) -> dict[str, dict[str, Any]]:
    """The story with short ids and without times, in the order of the sample's kinds."""
    kinds = ("wire", "independent", "copy", "rewrite", "excerpt")
    return {kind: bridge[kind] | {"id": kind, "published_at": None} for kind in kinds}


def test_copies_are_dropped_and_all_else_is_left_as_it_was(dedupe, write, named, tmp_path):
    odd = json.dumps(named["wire"]).encode()[:-1] + b', "price": 1.10,  "tags": ["a", {"b": null}]}'
    given = write([odd, *list(named.values())[1:]])
    outcome = dedupe(given, "-o", tmp_path / "out.ndjson")

    assert (outcome.status, outcome.records) == (0, [])
    assert outcome.err.startswith("5 read, 4 written, 1 dropped (duplicate 1); ")
    lines = (tmp_path / "out.ndjson").read_bytes().splitlines()
    assert lines == [line for line in given.read_bytes().splitlines() if b'"id": "copy"' not in line]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.ndjson", "out.ndjson"]


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
    assert notes[5]["original_id"] == "same"  # the copy of a rewrite belongs to what that was made of
    assert notes[5]["id"] == "17"
    assert records[5]["id"] == 17


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


def test_a_running_service_decides(dedupe, write, live: LiveService, named):
    end = uuid.uuid4().hex
    articles = [{**named[kind], "id": f"{kind}-{end}", "body": f"{end} {named[kind]['body']}"} for kind in named]
    outcome = dedupe(write(articles[:2]), "--url", live.url, "--annotate")
    again = dedupe(write([articles[0], articles[2], b'{"body": "' + b"x" * 200_001 + b'"}']), "--url", live.url)

    assert (outcome.status, len(outcome.records)) == (0, 2)
    assert (again.status, again.ids) == (0, [])
    assert "in.ndjson:3: body: String should have at most" in again.err
    with Client(live.url) as client:
        assert client.get(articles[0]["id"]).body == articles[0]["body"]


def test_no_service_is_said_and_the_run_can_go_on(dedupe, write, named, tmp_path, live):
    given = write(named.values())
    out = tmp_path / "out.ndjson"
    failed = dedupe(given, "-o", out, "--url", "http://127.0.0.1:9", "--quiet")

    assert failed.status == 2
    assert failed.err.startswith("wirematch: The service at http://127.0.0.1:9 does not answer")
    assert "/readyz: " in failed.err  # and what happened there
    assert not out.exists()
    other = dedupe(given, "-o", out)
    assert other.err.startswith("wirematch: A run that was interrupted had other index;")
    assert dedupe(given, "-o", out, "--restart").status == 0
    assert len(read(out)) == 4


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--drop", "new"], "'new' cannot be dropped"),
        (["--restart", "--url", "http://127.0.0.1:9"], "--restart cannot remove"),
        (["--format", "word"], "is no format"),
        (["-o", "/dev/null/out"], "cannot be used"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(dedupe, write, named, options, said):
    outcome = dedupe(write([named["wire"]]), *options)

    assert outcome.status == 2
    assert outcome.err.startswith("wirematch: ")
    assert said in outcome.err
    assert outcome.err.count("\n") == 1


def made(number: int) -> list[dict[str, Any]]:
    """Articles with copies and rewrites among them; now and then one without an id, one under an id of before."""
    records = [made.article.model_dump(mode="json", exclude_none=True) for made in Newsroom(seed=5).make(0, number)]
    for place in range(30, number, 70):
        del records[place]["id"]
    for place in range(50, number, 90):
        records[place]["id"] = records[place - 45]["id"]
    return records


def checkpoint(out: Path) -> int:
    path = out.with_name(f"{out.name}.wirematch") / "checkpoint.json"
    try:
        return int(json.loads(path.read_bytes())["items"])
    except FileNotFoundError:
        return 0


KILLED = (["--drop", "rewrite"], ["--keep-first", "--annotate"])


def killed_behind(least: int, out: Path, *arguments: object) -> None:
    """Begin or go on, and be killed when so many records are behind; again from the start where it was too quick."""
    while True:
        running = process(*arguments)
        wait_for(lambda running=running: checkpoint(out) >= least or running.poll() is not None, "progress")
        running.send_signal(signal.SIGKILL)
        running.communicate()
        if running.returncode == -signal.SIGKILL:
            break
        assert running.returncode == 0
        out.unlink()
    assert not out.exists()
    assert checkpoint(out) >= least


@pytest.mark.parametrize("options", KILLED, ids=" ".join)
def test_being_killed_again_and_again_changes_nothing(dedupe, write, tmp_path, options):
    given = write([*made(700), b"nonsense", *made(40)])
    whole, out = tmp_path / "whole.ndjson", tmp_path / "out.ndjson"
    assert dedupe(given, "-o", whole, "--rejects", tmp_path / "whole-bad", *options).status == 0
    arguments = (given, "-o", out, "--rejects", tmp_path / "bad", *options)
    for least in (256, 512):
        killed_behind(least, out, *arguments)
    assert dedupe(*arguments).status == 0

    assert out.read_bytes() == whole.read_bytes()
    assert (tmp_path / "bad").read_bytes() == (tmp_path / "whole-bad").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "bad",
        "in.ndjson",
        "out.ndjson",
        "whole-bad",
        "whole.ndjson",
    ]


def test_one_output_has_one_writer(write, named, tmp_path):
    given, out = write(named.values()), tmp_path / "out.ndjson"
    first = process("-", "-o", out, stdin=subprocess.PIPE)
    wait_for((tmp_path / "out.ndjson.wirematch" / "checkpoint.json").exists, "a beginning")
    _, _, said = ended(given, "-o", out)
    first.communicate(b"", timeout=PATIENCE_SECONDS)

    assert said.startswith(b"wirematch: Another process is writing this output")
    assert first.returncode == 0


# Damage, and what is no file


def test_a_damaged_file_stops_nothing_and_is_told(write, tmp_path, dedupe):
    good = write([{"id": "a", "body": TEXT}], "a.ndjson")
    packed = gzip.compress(
        "".join(json.dumps({"id": f"b{n}", "body": f"{TEXT} {n}"}) + "\n" for n in range(200)).encode()
    )
    (tmp_path / "b.ndjson.gz").write_bytes(packed[: len(packed) // 2])
    last = write([{"id": "c", "body": TEXT + " And more."}], "c.ndjson")
    done = dedupe(good, tmp_path / "b.ndjson.gz", last, "--annotate")

    assert done.status == 1
    assert done.ids[0] == "a"
    assert done.ids[-1] == "c"
    assert len(done.ids) > 20
    assert "b.ndjson.gz" in done.err
    assert "it ends early" in done.err
    assert "Traceback" not in done.err


def test_an_output_that_is_no_file_is_written_through(write, tmp_path, dedupe):
    source = write([{"id": "a", "body": TEXT}])
    pipe, link, real = tmp_path / "pipe", tmp_path / "link.ndjson", tmp_path / "real.ndjson"
    os.mkfifo(pipe)
    real.write_text("")
    link.symlink_to(real)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()

    assert dedupe(source, "-o", pipe).status == 0
    reader.join()
    assert json.loads(got[0])["id"] == "a"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert dedupe(source, "-o", link).status == 0
    assert link.is_symlink()
    assert [record["id"] for record in read(real)] == ["a"]
    full = dedupe(source, "-o", "/dev/full")
    assert full.status == 2
    assert "cannot be written" in full.err
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


def test_a_name_that_is_no_utf_8_ends_nothing(tmp_path, dedupe):
    name = os.fsencode(tmp_path) + b"/bad\xff.ndjson"
    with open(name, "wb") as file:  # noqa: PTH123 - a path cannot be made of bytes
        file.write(json.dumps({"id": "a", "body": TEXT}).encode() + b"\nnot JSON\n")
    done = dedupe(tmp_path, "-o", tmp_path / "out.ndjson", "--rejects", tmp_path / "bad.ndjson")

    assert done.status == 0, done.err
    assert [record["id"] for record in read(tmp_path / "out.ndjson")] == ["a"]
    assert read(tmp_path / "bad.ndjson")[0]["place"].endswith("bad\\xff.ndjson:2")


def test_inputs_of_which_nothing_is_a_record_end_with_status_1(write, dedupe):
    done = dedupe(write([b"no JSON", b"neither"]))

    assert (done.status, done.records) == (1, [])
