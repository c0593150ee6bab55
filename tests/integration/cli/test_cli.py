from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.command_line import CommandLine, Outcome
from support.live_service import valkey_process
from wirematch import __version__
from wirematch.kernels import active_path


@pytest.fixture
def wirematch(monkeypatch, capsys) -> CommandLine:
    return CommandLine(monkeypatch, capsys)


@pytest.fixture
def redis_option(monkeypatch, redis_url, index_name) -> tuple[str, str]:
    """The options that lead to this test's index."""
    monkeypatch.setenv("WIREMATCH_INDEX", index_name)
    return "--redis-url", redis_url


@pytest.fixture
def files(tmp_path, bridge) -> dict[str, Path]:
    """Each article of a story as a JSON file."""
    paths = {kind: tmp_path / f"{kind}.json" for kind in bridge}
    for kind, path in paths.items():
        path.write_text(json.dumps(bridge[kind]), encoding="utf-8")
    return paths


def assert_failed(outcome: Outcome, said: str) -> None:
    """One clear message on standard error, and nothing else."""
    assert outcome.status == 2
    assert outcome.out == ""
    assert outcome.err.startswith("wirematch: ")
    assert said in outcome.err
    assert len(outcome.err.strip().splitlines()) == 1


def test_the_version(wirematch):
    assert wirematch("--version") == Outcome(0, f"wirematch {__version__} ({active_path()} kernels)\n", "")


def test_without_a_command_it_explains_itself(wirematch):
    outcome = wirematch()

    assert outcome.status == 2
    for command in ("serve", "check", "add", "compare"):
        assert command in outcome.out + outcome.err


@pytest.mark.usefixtures("files")
def test_adding_says_what_each_article_is(wirematch, tmp_path, monkeypatch, redis_option):
    monkeypatch.chdir(tmp_path)
    outcome = wirematch("add", "wire.json", "independent.json", "copy.json", *redis_option)

    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        "wire.json: stored as harbour-bridge-wire, new",
        "independent.json: stored as harbour-bridge-independent, new",
        "copy.json: stored as harbour-bridge-copy, duplicate of harbour-bridge-wire",
    ]


def test_adding_tells_machines_in_json_a_line_each(wirematch, files, redis_option):
    outcome = wirematch("add", "--json", files["wire"], files["copy"], *redis_option)
    receipts = [json.loads(line) for line in outcome.out.splitlines()]

    assert [(receipt["id"], receipt["report"]["decision"]) for receipt in receipts] == [
        ("harbour-bridge-wire", "new"),
        ("harbour-bridge-copy", "duplicate"),
    ]


def test_adding_names_the_source_of_files_that_name_none(wirematch, files, tmp_path, redis_option, bridge):
    plain = tmp_path / "plain.txt"
    plain.write_text(bridge["wire"]["body"], encoding="utf-8")
    wirematch("add", plain, "--source", "Norwind", *redis_option)
    wirematch("add", files["excerpt"], "--source", "Norwind", *redis_option)
    matches = json.loads(wirematch("check", "--json", files["excerpt"], *redis_option).out)["matches"]

    assert sorted(match["source"] for match in matches) == ["Norwind", "Tolvane Courier"]


def test_what_was_added_before_is_unchanged_and_the_others_are_stored(wirematch, files, redis_option):
    wirematch("add", files["wire"], *redis_option)
    outcome = wirematch("add", files["wire"], files["copy"], *redis_option)

    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        f"{files['wire']}: harbour-bridge-wire is unchanged: this version or a newer one is stored",
        f"{files['copy']}: stored as harbour-bridge-copy, duplicate of harbour-bridge-wire",
    ]


def test_an_article_whose_id_another_text_has_is_left_out_unless_it_is_to_replace_it(
    wirematch, files, redis_option, bridge
):
    wirematch("add", files["wire"], *redis_option)
    files["wire"].write_text(json.dumps({**bridge["wire"], "headline": "Bridge of Averland falls"}), encoding="utf-8")
    outcome = wirematch("add", files["wire"], files["copy"], *redis_option)

    assert outcome.status == 1
    assert outcome.err == (
        f"left out: {files['wire']}: another text is stored under the id 'harbour-bridge-wire'; "
        "--replace puts this one in its place\n"
    )
    assert outcome.out.endswith("stored as harbour-bridge-copy, duplicate of harbour-bridge-wire\n")

    assert wirematch("add", "--replace", files["wire"], *redis_option).status == 0
    assert "Bridge of Averland falls" in wirematch("export", *redis_option).out


def test_checking_prints_the_verdict_the_matches_and_the_passages(wirematch, files, redis_option):
    wirematch("add", files["wire"], *redis_option)
    outcome = wirematch("check", files["rewrite"], *redis_option)

    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.startswith("Rewrite of Norwind · Barge brings down span of Averland harbour bridge")
    assert "1 stored, 1 candidate, 1 compared" in " ".join(outcome.out.split())  # a slow one takes another line
    assert "reworded" in outcome.out
    assert "harbour-bridge-wire" in outcome.out
    assert "The 60-metre span gave way" in outcome.out


def test_a_match_has_its_story_on_a_line_of_its_own_however_narrow_the_terminal(
    wirematch, files, redis_option, monkeypatch
):
    wirematch("add", files["wire"], *redis_option)
    monkeypatch.setenv("COLUMNS", "80")
    lines = [line.rstrip() for line in wirematch("check", files["rewrite"], *redis_option).out.splitlines()]
    heading = next(number for number, line in enumerate(lines) if line.startswith("relation"))

    assert lines[heading] == "relation  probability  of this text  of the story  verbatim  credited"
    assert re.fullmatch(r"rewrite +0\.\d\d +\d+% +\d+% +\d+%  no", lines[heading + 1])
    assert lines[heading + 2].startswith("  Norwind · Barge brings down span")


def test_checking_what_is_new_says_so(wirematch, files, redis_option):
    wirematch("add", files["wire"], *redis_option)
    outcome = wirematch("check", files["independent"], *redis_option)

    assert outcome.out.startswith("New: derives from no stored story.")
    assert "related" not in outcome.out
    assert "related" in wirematch("check", "--include-related", files["independent"], *redis_option).out


def test_reasons_are_printed_when_asked(wirematch, files, redis_option):
    wirematch("add", files["wire"], *redis_option)
    checked = wirematch("check", "--explain", files["rewrite"], *redis_option)
    compared = wirematch("compare", "--explain", files["independent"], files["wire"])

    speaking_for = re.compile(r"^ *\+\d+\.\d\d  \w", re.MULTILINE)
    assert speaking_for.search(checked.out)
    assert re.search(r"^ *-\d+\.\d\d  \w", compared.out, re.MULTILINE)
    assert not speaking_for.search(wirematch("check", files["rewrite"], *redis_option).out)


def test_checking_tells_machines_in_json(wirematch, files, redis_option):
    wirematch("add", files["wire"], files["copy"], *redis_option)
    outcome = wirematch("check", "--json", "--limit", "1", files["rewrite"], *redis_option)
    report = json.loads(outcome.out)

    assert report["decision"] == "rewrite"
    assert len(report["matches"]) == 1


@pytest.mark.parametrize("as_json", [True, False])
def test_standard_input_is_read(wirematch, files, redis_option, bridge, as_json):
    wirematch("add", files["wire"], *redis_option)
    content = json.dumps(bridge["copy"]) if as_json else bridge["copy"]["body"]

    assert wirematch("check", "-", *redis_option, stdin=content.encode()).out.startswith("Duplicate: a copy of Norwind")


def test_comparing_needs_no_index(wirematch, files):
    outcome = wirematch("compare", files["rewrite"], files["wire"])

    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.startswith(("rewrite, probability 0.9", "rewrite, probability 1.00"))
    assert "credited: no" in outcome.out
    assert "Four killed" not in outcome.out
    assert json.loads(wirematch("compare", "--json", files["copy"], files["wire"]).out)["relation"] == "copy"


def test_the_embedded_store_is_kept_between_commands_and_stopped(wirematch, files, tmp_path):
    data_dir = tmp_path / "data"

    assert wirematch("add", files["wire"], "--data-dir", data_dir).status == 0
    assert valkey_process(data_dir) is None
    assert wirematch("check", files["copy"], "--data-dir", data_dir).out.startswith("Duplicate")
    assert valkey_process(data_dir) is None


def test_a_running_service_and_the_command_share_the_embedded_store(wirematch, live, stories, tmp_path):
    files = {kind: tmp_path / f"{kind}.json" for kind in ("wire", "copy")}
    for kind, file in files.items():
        file.write_text(json.dumps(stories["reservoir-verdict"][kind]), encoding="utf-8")

    assert wirematch("add", files["wire"], "--data-dir", live.data_dir).status == 0
    assert live.get("/v1/articles/reservoir-verdict-wire").status_code == 200
    assert wirematch("check", files["copy"], "--data-dir", live.data_dir).out.startswith("Duplicate")
    assert valkey_process(live.data_dir) is not None


def test_names_and_headlines_are_printed_as_they_are(wirematch, tmp_path, redis_option, bridge):
    file = tmp_path / "[red] and [bold].json"
    file.write_text(
        json.dumps(bridge["wire"] | {"id": "[/x]", "headline": "[link] Bridge :fire: [/b] down"}), encoding="utf-8"
    )
    outcome = wirematch("add", file, *redis_option)

    assert outcome.status == 0
    assert outcome.out.replace("\n", "") == f"{file}: stored as [/x], new"
    assert "[link] Bridge :fire: [/b] down · [/x]" in wirematch("check", file, *redis_option).out.replace("\n", "")


UNREADABLE = {
    "missing": (None, "cannot be read: No such file or directory"),
    "empty": (b"", "is empty"),
    "binary": (bytes(range(256)), "is not UTF-8 text"),
    "zero bytes": (b"Four\x00died", "is not text: it holds zero bytes"),
    "not UTF-8": (b"caf\xe9", "is not UTF-8 text"),
    "wrong JSON": (b'{"body": "Four died."', "is not valid JSON"),
    "wrong fields": (b'{"words": "Four died."}', "is no article: body: Field required; words: Extra inputs"),
    "a list": (b'["Four died."]', "is no article"),
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


def test_a_folder_is_no_article(wirematch, files, tmp_path):
    assert_failed(wirematch("compare", tmp_path, files["wire"]), "cannot be read: Is a directory")


def test_unreadable_standard_input_is_said(wirematch, files):
    assert_failed(wirematch("compare", "-", files["wire"], stdin=b"\xff"), "standard input is not UTF-8 text")


def test_a_redis_that_does_not_answer_is_said(wirematch, files, tmp_path):
    assert_failed(wirematch("check", files["wire"], "--redis-url", f"unix://{tmp_path}/nobody.sock"), "Redis failed")


def test_a_redis_url_that_is_none_is_said(wirematch, files):
    assert_failed(wirematch("check", files["wire"], "--redis-url", "nonsense"), "redis://")
    assert_failed(wirematch("check", files["wire"], "--redis-url", "redis://here:port"), "WIREMATCH_REDIS_URL: ")


def test_a_setting_that_cannot_work_is_said(wirematch, files, monkeypatch, redis_url):
    monkeypatch.setenv("WIREMATCH_INDEX", "not a name")

    assert_failed(wirematch("check", files["wire"], "--redis-url", redis_url), "WIREMATCH_INDEX")


def test_a_data_folder_that_cannot_be_used_is_said(wirematch, files):
    assert_failed(wirematch("check", files["wire"], "--data-dir", files["copy"]), "cannot be used")


def test_what_is_neither_a_file_nor_stored_cannot_be_explained(wirematch, files, redis_option):
    assert_failed(
        wirematch("explain", "nope.json", files["wire"], *redis_option), "'nope.json' is no file, and no article"
    )


def test_a_digest_that_cannot_be_written_is_said(wirematch, tmp_path, redis_option):
    file = tmp_path / "nowhere" / "digest.html"

    assert_failed(wirematch("digest", "-o", file, *redis_option), f"{file} cannot be written: No such file")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("arguments", [["check"], ["export"]])
def test_a_full_disk_behind_the_output_is_said(files, redis_option, arguments):
    """By the console script itself, as what is left in a buffer is written when it ends."""
    more = [str(files["wire"])] if arguments == ["check"] else []
    program = [sys.executable, "-m", "wirematch"]
    subprocess.run([*program, "add", str(files["wire"]), *redis_option], check=True, capture_output=True)
    with open("/dev/full", "w") as full:  # noqa: PTH123
        ended = subprocess.run(
            [*program, *arguments, *more, *redis_option], check=False, stdout=full, stderr=subprocess.PIPE, text=True
        )

    assert ended.returncode == 2
    assert ended.stderr == "wirematch: The output cannot be written: No space left on device.\n"


@pytest.mark.parametrize(
    "arguments", [["check"], ["check", "a", "--limit", "0"], ["nonsense"], ["compare", "a"], ["--colour"]]
)
def test_what_is_asked_wrongly_is_explained(wirematch, arguments):
    outcome = wirematch(*arguments)

    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("Usage: ")
