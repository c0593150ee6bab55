"""Every command and example of the tutorials, run verbatim."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.ports import free_port
from support.shell_examples import Example, NamedFile, Shell, agrees, examples
from wirematch.index.embedded.store import EmbeddedStore

ROOT = Path(__file__).parents[2]
TUTORIALS = sorted((ROOT / "docs/tutorials").glob("*.md"))


@pytest.mark.slow
@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda file: file.stem)
def test_a_tutorial_does_what_it_says(tutorial, tmp_path):
    (tmp_path / "demo").symlink_to(ROOT / "demo")
    port, data = str(free_port()), tmp_path / "data"
    shell = Shell(tmp_path, WIREMATCH_DATA_DIR=str(data))
    try:
        for number, example in enumerate(examples(tutorial.read_text(encoding="utf-8").replace("8000", port)), 1):
            if isinstance(example, NamedFile):
                (tmp_path / example.name).write_text(example.content, encoding="utf-8")
                continue
            printed = shell.run(example.command)
            assert agrees(printed, example.printed), f"{number}. {example.command}\n{printed}"
    finally:
        shell.close()
        with EmbeddedStore(data):
            pass  # the last user stops it


@pytest.mark.parametrize(
    ("printed", "told", "agreed"),
    [
        ("a\nb\nc", "a\n…\nc", True),
        ("a\nc", "a\n…\nd", False),
        ("one 0.97 two", "one 0.… two", True),
        ("one\n0.97 two", "one … two", False),
        ("", "", True),
        ("something", "", False),
    ],
)
def test_what_is_left_out_is_left_out_and_no_more(printed, told, agreed):
    assert agrees(printed, told) is agreed


def test_examples_are_read_as_they_stand():
    document = (
        '```console\n$ cat <<END\n> a\n> END\na\n$ true\n```\n```sh\nmake\n```\n```python title="x.py"\npass\n```\n'
    )

    assert list(examples(document)) == [
        Example("cat <<END\na\nEND", "a"), Example("true", ""), NamedFile("x.py", "pass\n"),
    ]  # fmt: skip


def test_tutorials_have_examples():
    assert len(TUTORIALS) == 2
    assert all(len(list(examples(file.read_text(encoding="utf-8")))) > 8 for file in TUTORIALS)
