"""``wirematch languages``: what a machine can translate, and what to install for more."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from support.dictionaries import write_dictionary
from support.translation_server import TranslationServer
from wirematch.cli import app


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A machine with one dictionary and without Apertium."""
    monkeypatch.setenv("PATH", str(tmp_path))
    folder = tmp_path / "dictd"
    folder.mkdir()
    monkeypatch.setattr("wirematch.translation.gloss.engine.build.__defaults__", (folder, 0))
    write_dictionary(folder, "eng-ces", {"bridge": ["bridge\nmost\n"]})
    return folder


def shown(*options: str) -> str:
    done = CliRunner().invoke(app, ["languages", *options])
    assert done.exit_code == 0, done.output
    return done.output


def test_what_there_is_and_what_to_install(bare):
    found = json.loads(shown("--json"))
    [route] = found["routes"]
    assert (route["source"], route["target"], route["engine"], route["steps"]) == ("cs", "en", "gloss", ["eng-ces"])
    assert route["remote"] is None
    missing = {one["language"]: one["install"] for one in found["missing"]}
    assert missing["fr"] == ["apt-get install apertium-fr-es apertium-eng-spa"]
    assert missing["de"] == ["apt-get install dict-freedict-deu-eng"]
    assert "cs" not in missing
    write_dictionary(bare, "hun-eng", {"híd": ["híd\nbridge\n"]})
    write_dictionary(bare, "eng-deu", {"bridge": ["bridge\nBrücke\n"]})
    missing = {one["language"] for one in json.loads(shown("--json"))["missing"]}
    assert "hu" not in missing
    assert "de" in missing  # there is a larger dictionary of it
    printed = shown()
    assert "cs → en  gloss: eng-ces" in printed
    assert "es: apt-get install apertium-eng-spa" in printed


def test_a_server_that_is_named_is_asked(bare, monkeypatch):
    server = TranslationServer(key="s3cret")
    server.start()
    try:
        monkeypatch.setenv("WIREMATCH_TRANSLATE_KEY", "s3cret")
        routes = json.loads(shown("--json", "--to", "any", "--server", server.url))["routes"]
        assert {"source": "es", "target": "de", "engine": "libretranslate", "steps": ["es-de"]}.items() <= next(
            one for one in routes if (one["source"], one["target"]) == ("es", "de")
        ).items()
        assert "s3cret" not in shown("--server", server.url)
        assert server.asked == []
    finally:
        server.stop()


def test_a_machine_with_nothing_says_so(bare):
    for file in bare.iterdir():
        file.unlink()
    assert "No translation engine was found." in shown()
