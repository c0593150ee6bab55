"""A command whose output nobody reads any more, as with ``| head``, ends in order, without a word and with 141."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from support.forked_command import ForkedCommand
from support.live_service import COMMAND
from support.waiting import PATIENCE_SECONDS
from wirematch.index.embedded.valkey_process import peer_of
from wirematch.presentation.standard_output import READER_GONE


def ended_unread(*arguments: object) -> tuple[int, bytes]:
    """Status and errors of the command, whose output was closed before it began."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as out, Path(os.devnull).open("rb") as nothing, TemporaryFile() as errors:
        running = ForkedCommand(arguments, os.environ, nothing.fileno(), out.fileno(), errors.fileno())
        status = running.wait(PATIENCE_SECONDS)
        errors.seek(0)
        return status, errors.read()


def started_unread(*arguments: object, unbuffered: str = "") -> tuple[int, bytes]:
    """The same of a process that is started from nothing, where warnings are errors."""
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


@pytest.mark.parametrize("names", [(), ("dedupe",), ("keys",), ("keys", "create")], ids=" ".join)
def test_the_help_of_a_command_and_of_a_group(names):
    assert started_unread(*names, "--help") == (READER_GONE, b"")


def test_what_prints_and_what_writes(redis_option, wirematch, files, tmp_path):
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
        assert ended_unread(*command) == (READER_GONE, b""), command
    for command in (("--version",), ("check", files["copy"], *redis_option)):
        assert started_unread(*command, unbuffered="1") == (READER_GONE, b""), command


def test_the_server_that_the_command_began_ends_too(files, tmp_path):
    folder = tmp_path / "data"
    assert ended_unread("add", files["wire"], "--data-dir", folder) == (READER_GONE, b"")
    assert peer_of(Path(folder, "valkey.sock")) is None
