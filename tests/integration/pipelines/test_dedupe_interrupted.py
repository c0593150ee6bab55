"""``wirematch dedupe`` is killed and resumed: the output equals that of an uninterrupted run."""

from __future__ import annotations

import json
import os
import re
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest

from bench.data.synthetic import Newsroom
from support.dedupe_runs import ended
from support.forked_command import start_command
from support.live_service import client_of, valkey_process
from support.piped_command import PipedCommand
from support.sentinel import Server
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.index.embedded.store import EmbeddedStore

pytestmark = pytest.mark.slow


def made(number: int) -> list[dict[str, Any]]:
    """Articles with copies and rewrites, some of them without an id or with an earlier one's."""
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


@contextmanager
def withholding_the_last_row(given: Path) -> Iterator[None]:
    """Let a pipe take the place of a file, from which all rows but the last can be read: nobody can finish."""
    content, over = given.read_bytes(), threading.Event()
    given.unlink()
    os.mkfifo(given)

    def feed() -> None:
        with suppress(BrokenPipeError), given.open("wb") as pipe:
            pipe.write(b"".join(content.splitlines(keepends=True)[:-1]))
            pipe.flush()
            over.wait()

    feeding = threading.Thread(target=feed)
    feeding.start()
    try:
        yield
    finally:
        over.set()
        os.close(os.open(given, os.O_RDONLY | os.O_NONBLOCK))  # whatever it waits for
        feeding.join()
        given.unlink()
        given.write_bytes(content)


def ended_behind(least: int, out: Path, by: signal.Signals, given: Path, *arguments: object) -> tuple[int, bytes]:
    """Start or resume, and end it after ``least`` records; return the exit status and the output."""
    reads_twice = "--keep-first" in arguments  # which no pipe allows: it is begun again if it finished first
    while True:
        held = nullcontext() if reads_twice else withholding_the_last_row(given)
        with held, tempfile.TemporaryFile() as log:
            running = start_command(["dedupe", given, *arguments], os.environ, log)
            wait_for(lambda running=running: checkpoint(out) >= least or running.poll() is not None, "progress")
            running.send_signal(by)
            status = running.wait(PATIENCE_SECONDS)
            log.seek(0)
            said = log.read()
        if status:
            break
        out.unlink()
    assert not out.exists()
    assert checkpoint(out) >= least
    return status, said


@pytest.mark.parametrize("options", KILLED, ids=" ".join)
def test_being_killed_again_and_again_changes_nothing(dedupe, write, tmp_path, options):
    given = write([*made(700), b"nonsense", *made(40)])
    whole, out = tmp_path / "whole.ndjson", tmp_path / "out.ndjson"
    assert dedupe(given, "-o", whole, "--rejects", tmp_path / "whole-bad", *options).status == 0
    arguments = (given, "-o", out, "--rejects", tmp_path / "bad", *options)
    for least in (256, 512):
        assert ended_behind(least, out, signal.SIGKILL, *arguments)[0] == -signal.SIGKILL
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


def test_who_interrupts_it_is_told_that_it_goes_on(write, tmp_path):
    given, out = write(made(400)), tmp_path / "out.ndjson"
    status, said = ended_behind(256, out, signal.SIGINT, given, "-o", out)

    assert status == 130, said
    assert re.fullmatch(rb"Interrupted after [\d,]+ rows; repeat the command to resume\.\n", said)


def test_whose_redis_fails_is_told_that_it_goes_on(write, tmp_path):
    given, out = write(made(900)), tmp_path / "out.ndjson"
    server = Server(tmp_path / "valkey", 'save ""')
    try:
        wait_for(server.answers, "an answer")
        running = PipedCommand("dedupe", given, "-o", out, "--redis-url", f"redis://127.0.0.1:{server.port}/0")
        wait_for(lambda: checkpoint(out) >= 256, "progress")
    finally:
        server.kill()
    _, said = running.communicate()

    assert running.returncode == 2, said
    assert re.search(rb"^Stopped after [\d,]+ rows; repeat the command to resume\.$", said, re.MULTILINE)
    assert said.splitlines()[-1].startswith(b"wirematch: Redis failed")


def test_an_input_that_grew_while_it_was_read_is_read_to_its_end(write, tmp_path):
    """Also with an index that others use, for which a run cannot be started over."""
    records, out = made(500), tmp_path / "out.ndjson"
    given = write(records[:400])
    arguments = (given, "-o", out, "--data-dir", tmp_path / "data")
    ended_behind(256, out, signal.SIGKILL, *arguments)
    with given.open("ab") as file:
        file.write(b"".join(json.dumps(record).encode() + b"\n" for record in records[400:]))
    assert ended(*arguments)[0] == 0
    whole = tmp_path / "whole.ndjson"
    assert ended(given, "-o", whole)[0] == 0

    assert out.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("change", ["front", "shorter"])
def test_an_input_that_changed_where_it_was_read_is_refused(write, tmp_path, change):
    records, out = made(400), tmp_path / "out.ndjson"
    given = write(records)
    ended_behind(256, out, signal.SIGKILL, given, "-o", out)
    write(records[1:] if change == "front" else records[:100])
    status, _, said = ended(given, "-o", out)

    assert status == 2
    assert b"changed where they had been read already" in said
    assert ended(given, "-o", out, "--restart")[0] == 0


@pytest.mark.parametrize("where", ["--data-dir", "--url"])
def test_started_over_a_run_removes_what_it_stored_in_an_index_that_others_use(write, tmp_path, serve, where):
    """Or its own rows would be copies of what its first attempt stored, and be lost."""
    records, out = made(400), tmp_path / "out.ndjson"
    before = write([{"id": "before", "body": records[9]["body"]}], "before.ndjson")
    shared = (where, serve().url if where == "--url" else tmp_path / "data")
    assert ended(before, "-o", tmp_path / "before.out", *shared)[0] == 0
    given = write(records)
    ended_behind(256, out, signal.SIGKILL, given, "-o", out, *shared)
    write(records[1:])  # all rows have other numbers now
    status, _, said = ended(given, "-o", out, *shared)
    assert status == 2
    assert b"The same command with --restart removes what this run stored" in said
    status, _, said = ended(given, "-o", out, *shared, "--restart")
    assert status == 0, said
    whole, alone = tmp_path / "whole.ndjson", ("--data-dir", tmp_path / "alone")
    for source, output in ((before, tmp_path / "again.out"), (given, whole)):
        assert ended(source, "-o", output, *alone)[0] == 0

    assert out.read_bytes() == whole.read_bytes()


def test_a_run_to_standard_output_clears_away_what_a_killed_one_left(write, monkeypatch):
    with tempfile.TemporaryDirectory(prefix="w") as name:  # short, or the sockets would be elsewhere
        monkeypatch.setenv("TMPDIR", name)
        folders = Path(name)
        waiting, killed = (PipedCommand("dedupe", "-", given_input=True) for _ in range(2))
        wait_for(lambda: len(list(folders.glob("*/index/valkey.sock"))) == 2, "two indexes")
        killed.kill()
        killed.communicate()
        assert ended(write(made(40)))[0] == 0
        left = [valkey_process(folder / "index") for folder in folders.iterdir()]
        waiting.communicate(b"", timeout=PATIENCE_SECONDS)

        assert waiting.returncode == 0
        assert len(left) == 1
        assert left[0] is not None
        assert not list(folders.iterdir())


def test_one_output_has_one_writer(write, named, tmp_path):
    given, out = write(named.values()), tmp_path / "out.ndjson"
    first = PipedCommand("dedupe", "-", "-o", out, given_input=True)
    wait_for((tmp_path / "out.ndjson.wirematch" / "checkpoint.json").exists, "a beginning")
    _, _, said = ended(given, "-o", out)
    first.communicate(b"", timeout=PATIENCE_SECONDS)

    assert said.startswith(b"wirematch: Another process is writing this output")
    assert first.returncode == 0


def test_a_run_that_another_release_began_is_not_told_to_take_over_its_index(dedupe, write, tmp_path):
    """The index is the run's own: there is no other way with it than to start over."""
    given, out = write(made(400)), tmp_path / "out.ndjson"
    ended_behind(256, out, signal.SIGKILL, given, "-o", out)
    with EmbeddedStore(tmp_path / "out.ndjson.wirematch" / "index") as store, client_of(store.url) as client:
        client.hset("{own}:record", "version", "1")
    refused = dedupe(given, "-o", out)

    assert refused.status == 2
    assert "another release" in refused.err
    assert "reindex" not in refused.err
    assert dedupe(given, "-o", out, "--restart").status == 0
