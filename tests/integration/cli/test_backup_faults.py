"""Backups that are cut, damaged, of another release or not to be written are reported, and gone on with if possible."""

from __future__ import annotations

import json
from pathlib import Path

from support.api_calls import ARTICLES
from support.backups import QUAY
from wirematch.commands.backup import command, parts
from wirematch.commands.backup.parts import PartWriter


def test_a_backup_has_one_writer(run, on, index_name, tmp_path):
    file = tmp_path / "backup.ndjson.zst"
    with on(index_name) as client:
        client.post(ARTICLES, json={"id": "quay", "body": QUAY[0]})
    with parts.only_writer(file):
        refused = run(index_name, "backup", file)
        assert file.read_bytes() == b""

    assert refused.status == 2
    assert "Another process is writing" in refused.err
    assert run(index_name, "backup", file).status == 0


def test_a_backup_that_was_cut_is_refused_and_gone_on_with(run, on, index_name, stories, tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "PART_BYTES", 5_000)
    file, other = tmp_path / "backup.ndjson.zst", f"{index_name}-restored"
    with on(index_name) as client:
        for story in stories.values():
            client.post(ARTICLES, json=story["wire"])
    run(index_name, "backup", file)
    finished = run(index_name, "backup", file)
    file.write_bytes(file.read_bytes()[:7_000])
    refused = run(other, "restore", file)
    with on(index_name) as client:  # one that is in the file already, and one that is not
        client.delete(f"{ARTICLES}/{stories['harbour-bridge']['wire']['id']}")
        client.post(ARTICLES, json={"id": "late", "body": QUAY[0]})
    on_with = run(index_name, "backup", file)
    done = json.loads(run(other, "restore", file, "--json").out)["sections"][0]

    assert (finished.status, "is a finished backup" in finished.err) == (2, True)
    assert refused.status == 2
    assert "is truncated. Its complete parts hold" in refused.err
    assert (on_with.status, "is continued after" in on_with.err) == (0, True)
    assert done["stored"] == len(stories)
    listed = [run(index, "export").out for index in (index_name, other)]
    assert sorted(listed[0].splitlines()) == sorted(listed[1].splitlines())


def test_a_record_that_cannot_be_read_is_told_and_left_out(run, on, store, index_name, bridge, tmp_path):
    file, other = tmp_path / "backup.ndjson.zst", f"{index_name}-restored"
    with on(index_name) as client:
        for kind in ("wire", "independent"):
            client.post(ARTICLES, json=bridge[kind])
    store.setrange(f"{{{index_name}:1.0.0}}:d".encode() + b"\x01\0\0\0", 45, b"\xff" * 20)
    written = run(index_name, "backup", file)
    done = json.loads(run(other, "restore", file, "--json").out)["sections"][0]

    assert written.status == 1
    assert "1 records are damaged and left out" in written.err
    assert done["stored"] == 1


def test_an_index_that_is_not_there_and_files_that_cannot_be(run, index_name, tmp_path: Path):
    nothing = run(index_name, "backup", tmp_path / "backup.ndjson.zst")
    unnamed = run(index_name, "backup", tmp_path / "backup.json")
    nowhere = run(index_name, "backup", tmp_path / "missing" / "backup.ndjson.gz")

    assert (nothing.status, unnamed.status, nowhere.status) == (2, 2, 2)
    assert "cannot be written: No such file or directory." in nowhere.err
    assert "nothing to back up" in nothing.err
    assert "must end in .ndjson.zst or .ndjson.gz" in unnamed.err


def test_an_article_that_no_release_writes_is_told(run, index_name, tmp_path):
    file = tmp_path / "odd.ndjson.zst"
    about = {"tenant": None, "record": None, "generation": 1, "shards": 1, "sampling": "rare"}
    with PartWriter(file) as writer:
        for line in (
            {"backup": {"format": 1}},
            {"section": about},
            {"article": {"id": "a1"}, "place": [0, 1]},
            {"counted": {"article": 1}},
            {"end": "2026-03-03"},
        ):
            writer.write(line)
        writer.end_part()

    refused = run(index_name, "restore", file)
    assert refused.status == 2
    assert "a line that this release cannot read" in refused.err
    assert "Traceback" not in refused.err


def test_a_sampling_of_a_later_release_is_told(run, on, index_name, bridge, tmp_path, monkeypatch):
    file, other = tmp_path / "backup.ndjson.zst", f"{index_name}-restored"
    with on(index_name) as client:
        assert client.post(ARTICLES, json=bridge["wire"]).status_code == 201
    about = command._about  # noqa: SLF001 - a later release writes what this one cannot
    monkeypatch.setattr(command, "_about", lambda *given: about(*given) | {"sampling": "later"})
    assert run(index_name, "backup", file).status == 0

    refused = run(other, "restore", file)
    assert refused.status != 0
    assert "uses the sampling 'later', which this release does not know" in refused.err
    assert run(index_name, "restore", file).status == 0  # an existing article keeps its own
