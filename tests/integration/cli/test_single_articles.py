"""Output and effects of the command for single articles."""

from __future__ import annotations

import json
import re

import pytest

from support.command_line import Outcome
from support.live_service import valkey_process
from wirematch import __version__
from wirematch.kernels import active_path


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


def test_adding_says_why_nothing_was_decided(wirematch, tmp_path, redis_option):
    brief = tmp_path / "brief.txt"
    brief.write_text("The quay is closed.", encoding="utf-8")

    assert wirematch("add", brief, *redis_option).out.endswith(
        ", undecided (The text has 4 words; with fewer than 20, only a copy can be distinguished from chance.)\n"
    )


def test_adding_tells_machines_in_json_a_line_each(wirematch, files, redis_option):
    outcome = wirematch("add", "--json", files["wire"], files["copy"], *redis_option)
    receipts = [json.loads(line) for line in outcome.out.splitlines()]

    assert [(receipt["id"], receipt["report"]["decision"]) for receipt in receipts] == [
        ("harbour-bridge-wire", "new"),
        ("harbour-bridge-copy", "duplicate"),
    ]


def test_passages_are_shown_without_markup(wirematch, files, bridge, redis_option):
    def marked(name: str) -> str:
        text = bridge[name]["body"].replace(" the ", " <b>the</b>&nbsp;")
        body = "".join(f"<p class='x'>{paragraph}</p>" for paragraph in text.split("\n\n"))
        return json.dumps(bridge[name] | {"body": body})

    def passages(*command: object) -> str:
        return wirematch(*command).out.partition("╭")[2]

    def all_passages() -> list[str]:
        wirematch("add", "--replace", files["wire"], *redis_option)
        return [
            passages("check", files["rewrite"], *redis_option),
            passages("compare", files["rewrite"], files["wire"]),
        ]

    plain = all_passages()
    for name in ("wire", "rewrite"):
        files[name].write_text(marked(name), encoding="utf-8")
    assert all_passages() == plain
    assert all(plain)


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
    assert "[link] Bridge :fire: [/b] down · 2026-03-03 11:40 +0100 · [/x]" in wirematch(
        "check", file, *redis_option
    ).out.replace("\n", "")


def test_a_rebuild_says_what_it_waits_for(wirematch, files, redis_option, without_grace):
    wirematch("add", files["wire"], *redis_option)
    rebuilt = wirematch("reindex", *redis_option)

    assert rebuilt.status == 0
    assert rebuilt.err == "The new index is live. The old one is removed in 0 seconds, when no request reads it.\n"
