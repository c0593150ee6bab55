"""Errors of the command: one line on standard error, and exit status 2."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support.command_line import Outcome
from support.live_service import COMMAND
from wirematch.commands.backup import command as backup_command
from wirematch.index.rebuilding.rebuild import Rebuild


def assert_failed(outcome: Outcome, said: str) -> None:
    """Check for one clear message on standard error, and nothing else."""
    assert outcome.status == 2
    assert outcome.out == ""
    assert outcome.err.startswith("wirematch: ")
    assert said in outcome.err
    assert len(outcome.err.strip().splitlines()) == 1


UNREADABLE = {
    "missing": (None, "cannot be read: No such file or directory"),
    "empty": (b"", "is empty"),
    "binary": (bytes(range(256)), "is not UTF-8 text"),
    "zero bytes": (b"Four\x00died", "is not text: it holds zero bytes"),
    "not UTF-8": (b"caf\xe9", "is not UTF-8 text"),
    "wrong JSON": (b'{"body": "Four died."', "is not valid JSON"),
    "wrong fields": (
        b'{"words": "Four died."}',
        "is not an article: body: Field required; words: there is no such field",
    ),
    "a list": (b'["Four died."]', "is not an article"),
    "deep JSON": (b'{"body": ' + b"[" * 100_000, "is not valid JSON"),
}


@pytest.mark.parametrize(("content", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_said(wirematch, files, tmp_path, redis_option, content, said):
    file = tmp_path / "article.json"
    if content is not None:
        file.write_bytes(content)

    assert_failed(wirematch("check", file, *redis_option), said)
    assert_failed(wirematch("compare", file, files["wire"]), said)
    assert_failed(wirematch("add", files["wire"], file, *redis_option), said)
    assert wirematch("check", files["copy"], *redis_option).out.startswith("New")  # nothing was added


@pytest.mark.parametrize("name", ["feed.ndjson", "feed.jsonl.gz"])
def test_who_gives_lines_to_a_command_for_documents_is_told_what_takes_them(wirematch, tmp_path, redis_option, name):
    file = tmp_path / name
    file.write_bytes(b'{"body": "Four died."}\n' * 2)

    assert_failed(wirematch("add", file, *redis_option), "one article each: 'wirematch dedupe' reads them")
    assert_failed(wirematch("check", "-", *redis_option, stdin=file.read_bytes()), "is lines of JSON, one article each")


@pytest.mark.parametrize("name", ["feed.csv", "Feed.TSV", "feed.csv.gz", "desk.mbox"])
def test_a_file_of_many_articles_is_not_taken_for_the_text_of_one(wirematch, tmp_path, redis_option, name):
    file = tmp_path / name
    file.write_bytes(b"id,body\n1,Four died.\n2,Five died.\n")

    for command in ("add", "check"):
        assert_failed(wirematch(command, file, *redis_option), "which is not supported: write each")
    assert wirematch("check", file, "--format", "text", *redis_option).status == 0


@pytest.mark.parametrize("name", [".", ".."])
def test_an_id_that_no_address_can_name_is_refused(wirematch, tmp_path, redis_option, name):
    file = tmp_path / "story.json"
    file.write_text(json.dumps({"id": name, "body": "Four died."}), encoding="utf-8")

    for options in ([], ["--replace"]):
        refused = wirematch("add", file, *options, *redis_option)
        assert (refused.status, f"cannot have the id '{name}'" in refused.err) == (2, True)
    assert wirematch("export", *redis_option).out == ""


def test_a_folder_is_no_article(wirematch, files, tmp_path):
    assert_failed(wirematch("compare", tmp_path, files["wire"]), "cannot be read: Is a directory")


def test_unreadable_standard_input_is_said(wirematch, files):
    assert_failed(wirematch("compare", "-", files["wire"], stdin=b"\xff"), "standard input is not UTF-8 text")


@pytest.mark.parametrize("command", ["compare", "explain", "add"])
def test_standard_input_is_read_once(wirematch, command):
    assert_failed(wirematch(command, "-", "-", stdin=b"Four died."), "give '-' for one of the files only")


@pytest.mark.parametrize(
    "command",
    [
        ["export"],
        ["digest"],
        ["check", "article.txt"],
        ["backup", "all.ndjson.zst"],
        ["reindex"],
        ["explain", "1", "2"],
        ["keys", "list"],
        ["keys", "rotate", "desk"],
        ["keys", "revoke", "desk"],
        ["tenants", "list"],
        ["tenants", "change", "desk", "--any-number"],
        ["tenants", "export", "desk"],
        ["tenants", "delete", "desk", "--yes"],
    ],
)
def test_whoever_only_reads_is_told_of_a_folder_that_holds_no_index(wirematch, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WIREMATCH_REDIS_URL", raising=False)

    refused = wirematch(*command, "--data-dir", tmp_path / "wrong")

    assert_failed(refused, f"There is no index in {tmp_path / 'wrong'}")
    assert "'wirematch add' stores articles" in refused.err

    assert list(tmp_path.iterdir()) == []


def test_an_export_of_nothing_says_so(wirematch, files, redis_option):
    empty = wirematch("export", *redis_option)
    assert wirematch("add", files["wire"], *redis_option).status == 0
    filtered = wirematch("export", "--source", "Nobody", *redis_option)

    assert (empty.status, empty.out, empty.err) == (0, "", "No article is stored.\n")
    assert (filtered.status, filtered.out, filtered.err) == (0, "", "No stored article passes.\n")


def test_a_data_folder_with_other_files_is_refused(wirematch, files, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").touch()

    assert_failed(wirematch("add", files["wire"], "--data-dir", tmp_path / "letters"), "holds other files (one.txt)")


def test_a_redis_that_does_not_answer_is_said(wirematch, files, tmp_path):
    assert_failed(
        wirematch("check", files["wire"], "--redis-url", f"unix://{tmp_path}/nobody.sock"), "There is no socket"
    )


def test_a_redis_url_that_is_none_is_said(wirematch, files):
    assert_failed(wirematch("check", files["wire"], "--redis-url", "nonsense"), "redis://")
    assert_failed(wirematch("check", files["wire"], "--redis-url", "redis://here:port"), "WIREMATCH_REDIS_URL: ")


def test_a_setting_that_cannot_work_is_said(wirematch, files, monkeypatch, redis_url):
    monkeypatch.setenv("WIREMATCH_INDEX", "not a name")

    assert_failed(wirematch("check", files["wire"], "--redis-url", redis_url), "WIREMATCH_INDEX")


def test_a_data_folder_that_cannot_be_used_is_said(wirematch, files):
    assert_failed(wirematch("add", files["wire"], "--data-dir", files["copy"]), "cannot be used")


def test_what_is_neither_a_file_nor_stored_cannot_be_explained(wirematch, files, redis_option):
    assert_failed(wirematch("explain", "nope.json", files["wire"], *redis_option), "'nope.json' is neither a file nor")


def test_a_digest_that_cannot_be_written_is_said(wirematch, tmp_path, redis_option):
    file = tmp_path / "nowhere" / "digest.html"

    assert_failed(wirematch("digest", "-o", file, *redis_option), f"{file} cannot be written: No such file")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("arguments", [["check"], ["export"]])
def test_a_full_disk_behind_the_output_is_said(wirematch, files, redis_option, arguments):
    """By the console script itself, as buffered output is written when it ends."""
    more = [str(files["wire"])] if arguments == ["check"] else []
    program = [sys.executable, "-m", "wirematch", *arguments, *more, *redis_option]
    assert wirematch("add", files["wire"], *redis_option).status == 0
    with open("/dev/full", "w") as full:  # noqa: PTH123
        ended = subprocess.run(program, check=False, stdout=full, stderr=subprocess.PIPE, text=True)

    assert ended.returncode == 2
    assert ended.stderr == "wirematch: The output cannot be written: No space left on device.\n"


@pytest.mark.parametrize(
    "arguments", [["check"], ["check", "a", "--limit", "0"], ["nonsense"], ["compare", "a"], ["--colour"]]
)
def test_what_is_asked_wrongly_is_explained(wirematch, arguments):
    outcome = wirematch(*arguments)

    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("Usage: ")


@pytest.mark.parametrize(
    ("arguments", "interrupted", "said"),
    [
        (("backup", "b.ndjson.zst"), backup_command.SectionWriter, "nothing was written"),
        (("reindex",), Rebuild, "the live index is as it was"),
    ],
)
def test_who_interrupts_it_is_told_what_became_of_it(
    wirematch, files, redis_option, tmp_path, monkeypatch, arguments, interrupted, said
):
    monkeypatch.chdir(tmp_path)
    assert wirematch("add", files["wire"], *redis_option).status == 0

    def press(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(interrupted, "__init__", press)
    ended = wirematch(*arguments, *redis_option)

    assert ended.status == 130
    assert said in ended.err


def test_who_interrupts_a_rebuild_behind_its_switch_is_told_that_the_new_index_is_live(wirematch, files, redis_option):
    assert wirematch("add", files["wire"], *redis_option).status == 0
    command = [COMMAND, "reindex", *map(str, redis_option)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        assert running.stderr.readline().startswith("The new index is live.")
        running.send_signal(signal.SIGINT)
        said = running.stderr.read()

    assert running.returncode == 130
    assert "Interrupted after the switch to 1 new index; it stays live" in said
    assert "is as it was" not in said
