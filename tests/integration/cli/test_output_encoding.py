"""Standard output in an encoding that does not hold every character: data is UTF-8, and the rest is escaped."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from support.forked_command import COMMAND, run_command
from support.waiting import PATIENCE_SECONDS

ENCODINGS = ["ascii", "latin-1", "utf-8:strict"]
HEADLINE = "«Früh» — пожар на складе 🔥"


def output_of(encoding: str, *arguments: object) -> bytes:
    """Standard output of the command, which must end well."""
    return said_well(run_command(arguments, os.environ | {"PYTHONIOENCODING": encoding}))


def output_of_a_start(encoding: str, *arguments: object) -> bytes:
    """The same of a process that is started from nothing."""
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    return said_well(
        subprocess.run(
            [COMMAND, *arguments], env=environment, capture_output=True, timeout=PATIENCE_SECONDS, check=False
        )
    )


def said_well(ended: subprocess.CompletedProcess[bytes]) -> bytes:
    assert (ended.returncode, ended.stderr) == (0, b"")
    return ended.stdout


@pytest.fixture
def stored(redis_option, wirematch, files, bridge):
    """Options that select an index with a wire story and a rewrite, both under a headline in three scripts."""
    for name in ("wire", "rewrite"):
        files[name].write_text(json.dumps(bridge[name] | {"headline": HEADLINE}), encoding="utf-8")
    assert wirematch("add", files["wire"], files["rewrite"], *redis_option).status == 0
    return redis_option


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_programs_read_is_utf_8(stored, files, encoding):
    exported = [json.loads(line) for line in output_of(encoding, "export", *stored).decode().splitlines()]
    report = json.loads(output_of(encoding, "check", "--json", files["rewrite"], *stored).decode())
    receipt = json.loads(output_of(encoding, "add", "--json", files["rewrite"], *stored).decode())

    assert [one["headline"] for one in exported] == [HEADLINE, HEADLINE]
    assert report["matches"][0]["headline"] == HEADLINE
    assert receipt["id"] == "harbour-bridge-rewrite"
    for form in ((), ("--format", "csv"), ("-o", "-")):
        assert HEADLINE in output_of(encoding, "digest", "--days", "1", *form, *stored).decode()


@pytest.mark.parametrize(
    ("encoding", "shown", "run"),
    [
        ("ascii", "\\u043f", output_of_a_start),
        ("latin-1", "\\u043f", output_of),
        ("utf-8:strict", "пожар", output_of),
    ],
)
def test_what_people_read_is_there_as_far_as_the_encoding_holds_it(stored, files, encoding, shown, run):
    said = run(encoding, "check", files["rewrite"], *stored).decode(encoding.partition(":")[0])

    assert said.startswith("Duplicate: a copy of The Coastal Ledger")
    assert shown in said


def test_a_file_whose_name_is_not_utf_8_can_be_named(stored, files):
    odd = os.fsencode(files["wire"].parent) + b"/w\xffre.json"
    os.link(files["wire"], odd)

    assert b"harbour-bridge-wire is unchanged" in output_of_a_start("utf-8:strict", "add", odd, *stored)
