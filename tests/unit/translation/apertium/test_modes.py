"""Apertium's mode files, and the pairs that a machine has."""

from __future__ import annotations

from pathlib import Path

import pytest

from wirematch.translation.apertium.modes import installed_pairs, read_mode


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "modes").mkdir()
    return tmp_path


def mode(folder: Path, name: str, line: str) -> Path:
    file = folder / "modes" / f"{name}.mode"
    file.write_text(line)
    return file


def test_a_mode_is_read_without_a_shell(folder):
    line = "lt-proc -w '/da ta/a.bin' | apertium-tagger -g $2 '/data/b|c.prob' | lt-proc $1 '/data/d.bin'"
    pair = read_mode(mode(folder, "nno-spa", line))
    assert (pair.source, pair.target) == ("nn", "es")
    assert pair.stages == (
        ("lt-proc", "-z", "-w", "/da ta/a.bin"),
        ("apertium-tagger", "-z", "-g", "/data/b|c.prob"),
        ("lt-proc", "-z", "-n", "/data/d.bin"),
    )
    assert [str(file) for file in pair.data] == ["/da ta/a.bin", "/data/b|c.prob", "/data/d.bin"]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("spa-eng_US", "lt-proc '/a.bin'"),
        ("eco-es-fr", "lt-proc '/a.bin'"),
        ("xxx-eng", "lt-proc '/a.bin'"),
        ("spa-eng", "rm -rf '/a.bin'"),
        ("spa-eng", "lt-proc '/a.bin' | $(rm '/a.bin')"),
        ("spa-eng", ""),
    ],
)
def test_variants_unknown_languages_and_other_programs_are_no_pairs(folder, name, line):
    assert read_mode(mode(folder, name, line)) is None


def test_a_pair_counts_only_if_its_data_and_programs_are_there(folder, monkeypatch):
    program = folder / "lt-proc"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    for name, size in (("spa-eng", 10), ("ita-eng", 20)):
        (folder / f"{name}.autobil.bin").write_bytes(b"x" * size)
        mode(folder, name, f"lt-proc '{folder}/{name}.autobil.bin'")
    mode(folder, "cat-eng", f"lt-proc '{folder}/ita-eng.autobil.bin' | lt-proc '{folder}/ita-eng.autobil.bin'")
    mode(folder, "fra-eng", f"lt-proc '{folder}/missing.autobil.bin'")
    mode(folder, "por-eng", f"cg-proc '{folder}/spa-eng.autobil.bin'")
    assert [pair.name for pair in installed_pairs(folder)] == ["ita-eng", "spa-eng", "cat-eng"]


def test_the_version_follows_the_data_and_not_its_place(folder, tmp_path_factory):
    def digest(where: Path, content: bytes, options: str = "") -> str:
        (where / "modes").mkdir(exist_ok=True)
        (where / "a.bin").write_bytes(content)
        return read_mode(mode(where, "spa-eng", f"lt-proc {options} '{where}/a.bin'")).digest()

    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert digest(folder, b"one") == digest(elsewhere, b"one")
    assert len({digest(folder, b"one"), digest(folder, b"two"), digest(folder, b"one", "-b")}) == 3
