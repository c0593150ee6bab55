"""Every ``wirematch`` command in the documents' code blocks exists, with the options used."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from wirematch.cli import app

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```\w*[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(wirematch [^`\n]+)`")
ENDS = {"|", ">", ">>", "<", "2>", "&", "&&", "||", ";"}
BEFORE = re.compile(r"\$|\w+=.*|" + "|".join(map(re.escape, sorted(ENDS))))
"""What may precede a program's name: a prompt, a variable assignment, the end of another command."""
PROGRAM = re.compile(r"(?:^|/|\$ )wirematch$")


def commands() -> Iterator[tuple[str, list[str]]]:
    """Yield the place of each command, and its words after the program's name."""
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        lines = [line for block in BLOCK.findall(text) for line in block.replace("\\\n", " ").splitlines()]
        for line in (*lines, *INLINE.findall(text)):
            try:
                words = shlex.split(line, comments=True)
            except ValueError:  # not a shell command
                continue
            for place, word in enumerate(words):
                if PROGRAM.search(word) and (place == 0 or BEFORE.fullmatch(words[place - 1])):
                    rest = words[place + 1 :]
                    end = next((number for number, one in enumerate(rest) if one in ENDS), len(rest))
                    yield f"{document.relative_to(ROOT)}: {line.strip()[:70]}", rest[:end]


FOUND = [(where, words) for where, words in commands() if words and re.fullmatch(r"--?\w[\w-]*|[a-z]+", words[0])]
TOP = typer.main.get_command(app)


def test_documents_have_commands():
    assert len(FOUND) > 60


@pytest.mark.parametrize("words", [words for _, words in FOUND], ids=[where for where, _ in FOUND])
def test_a_command_is_one_and_has_its_options(words):
    command, names = TOP, list(words)
    while isinstance(command, TyperGroup) and names and not names[0].startswith("-"):
        name = names.pop(0)
        assert name in command.commands, f"there is no command {name!r}"
        command = command.commands[name]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    asked = {name.partition("=")[0] for name in names if re.match(r"--\w|-[a-z]$", name)}

    assert asked <= known | {"--help"}
