"""A command whose output nobody reads any more, as with ``| head``, ends in order, without a word and with 141."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from support.live_service import COMMAND
from support.waiting import PATIENCE_SECONDS
from wirematch.cli import app
from wirematch.index.embedded.valkey_process import peer_of
from wirematch.presentation.standard_output import READER_GONE


def every_command(group: object, *names: str) -> Iterator[tuple[str, ...]]:
    yield names
    for name, command in getattr(group, "commands", {}).items():
        yield from every_command(command, *names, name)


def ended_unread(*arguments: object, unbuffered: str = "") -> tuple[int, bytes]:
    """Status and errors of the command, whose output was closed before it began."""
    reader, writer = os.pipe()
    os.close(reader)
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered, "PYTHONWARNINGS": "error"}
    with os.fdopen(writer, "wb") as out:
        ended = subprocess.run(
            [COMMAND, *map(str, arguments)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("names", list(every_command(typer.main.get_command(app))), ids=" ".join)
def test_the_help_of_every_command(names):
    assert ended_unread(*names, "--help") == (READER_GONE, b"")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_what_prints_and_what_writes(redis_option, wirematch, files, tmp_path, unbuffered):
    assert wirematch("add", files["wire"], files["rewrite"], *redis_option).status == 0
    lines = tmp_path / "lines.ndjson"
    lines.write_bytes(b"".join(files[name].read_bytes() + b"\n" for name in ("wire", "copy", "independent")))
    commands = [
        ("--version",),
        ("check", files["copy"], *redis_option),
        ("check", "--json", files["copy"], *redis_option),
        ("add", files["copy"], *redis_option),
        ("compare", files["rewrite"], files["wire"]),
        ("explain", files["rewrite"], files["wire"]),
        ("export", *redis_option),
        ("doctor", *redis_option),
        ("digest", *redis_option),
        ("languages",),
        ("dedupe", lines, "--quiet"),
    ]
    for command in commands:
        assert ended_unread(*command, unbuffered=unbuffered) == (READER_GONE, b""), command


def test_the_server_that_the_command_began_ends_too(files, tmp_path):
    folder = tmp_path / "data"
    assert ended_unread("add", files["wire"], "--data-dir", folder) == (READER_GONE, b"")
    assert peer_of(Path(folder, "valkey.sock")) is None
