"""The documentation of settings and routes agrees with the program."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from wirematch.app import create_app
from wirematch.settings import Settings

ROOT = Path(__file__).parents[2]


def table_rows(document: str) -> list[list[str]]:
    """Return the cells of every table row, without heads and rules."""
    lines = (ROOT / document).read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines if line.startswith("| ")]
    return [row for row in rows if "`" in row[0]]


def variable(name: str) -> str:
    return f"{Settings.model_config['env_prefix']}{name}".upper()


DOCUMENTED = {row[0].strip("`"): row[1:] for row in table_rows("docs/configuration.md")}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented_with_its_default(name):
    default, meaning = DOCUMENTED[variable(name)]
    value = Settings.model_fields[name].default

    assert meaning
    if name == "data_dir":  # depends on user and system
        assert "wirematch" in default
    elif isinstance(value, bool | frozenset):
        assert json.loads(default.strip("`")) == TypeAdapter(type(value)).dump_python(value, mode="json")
    elif value is None:
        assert default == "none"
    elif isinstance(value, timedelta):
        assert TypeAdapter(timedelta).validate_python(default.strip("`")) == value
    elif isinstance(value, str):
        assert default == f"`{value}`"
    else:
        assert float(default) == value


def test_no_setting_is_documented_that_does_not_exist():
    assert set(DOCUMENTED) == set(map(variable, Settings.model_fields))


def test_every_route_is_in_the_readme_and_no_other():
    documented = set()
    for request, *_ in table_rows("README.md"):
        methods, paths = re.findall(r"\b[A-Z]{3,}\b", request), re.findall(r"/[\w/{}]+", request)
        documented |= set(product(methods, paths))
    paths = create_app(Settings()).openapi()["paths"]

    assert documented == {
        (method.upper(), path.replace("article_id", "id")) for path, methods in paths.items() for method in methods
    }


def test_every_page_is_in_the_navigation_of_the_site():
    """Pages in ``reference/`` are made by ``make docs``; decisions are listed by ``adr/README.md``."""
    navigation = (
        (ROOT / "zensical.toml").read_text(encoding="utf-8").partition("nav = ")[2].partition("[project.theme]")[0]
    )
    named = re.findall(r'"([\w/-]+\.md)"', navigation)
    written = {str(file.relative_to(ROOT / "docs")) for file in (ROOT / "docs").rglob("*.md")}

    assert len(named) == len(set(named))
    assert {name for name in named if not name.startswith("reference/")} == {
        name for name in written if not re.match(r"reference/|adr/\d", name)
    }


def rows_unlike_their_head(markdown: str) -> list[str]:
    unlike, width = [], None
    for line in re.sub(r"^```.*?^```$", "", markdown, flags=re.MULTILINE | re.DOTALL).splitlines():
        if not line.startswith("|"):
            width = None
            continue
        cells = len(re.findall(r"(?<!\\)\|", line)) - 1
        width = width or cells
        if cells != width:
            unlike.append(line)
    return unlike


DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_row_of_a_table_has_the_cells_of_its_head(document):
    """An extra cell is not shown, and a missing one moves those after it under the wrong head."""
    assert rows_unlike_their_head(document.read_text(encoding="utf-8")) == []


def test_a_row_of_another_width_is_found():
    table = (
        "| a | b |\n|---|---|\n| 1 | `x \\| y` |\n| 1 | 2 | 3 |\n\n```\n| no table |\n```\n| c |\n|---|\n| 1 | 2 |\n"
    )

    assert rows_unlike_their_head(table) == ["| 1 | 2 | 3 |", "| 1 | 2 |"]


OF_WORK = re.compile(r"\b(this (round|session|sprint|week|time around)|last round|before us|aimed at)\b", re.IGNORECASE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_documents_say_what_is_and_not_how_work_goes(document):
    """Readers know nothing of how work is organised."""
    assert OF_WORK.findall(document.read_text(encoding="utf-8")) == []


TEMPORARY = {".venv", ".git", ".site", ".audit", ".chart", ".generators", "build", "dist", "node_modules"}
SOURCES = [
    file.relative_to(ROOT).parts
    for top in ROOT.iterdir()
    if top.is_dir() and top.name not in TEMPORARY
    for file in (top, *top.rglob("*"))
    if "__pycache__" not in file.parts
]
NAMED_FROM_ANY_FOLDER = {"/".join(parts[first:]) for parts in SOURCES for first in range(len(parts))}
EXAMPLES_OF_READERS = ("docs/pipelines/", "docs/tutorials/")
"""Documents whose readers write files of their own."""


def missing_sources(markdown: str) -> set[str]:
    named = set(re.findall(r"`([\w./-]+\.(?:py|lua|c|h))`", markdown))
    return named - NAMED_FROM_ANY_FOLDER


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_source_file_that_is_named_exists(document):
    if not str(document.relative_to(ROOT)).startswith(EXAMPLES_OF_READERS):
        assert missing_sources(document.read_text(encoding="utf-8")) == set()


def test_a_source_file_that_does_not_exist_is_found():
    assert missing_sources("`text/speech.py` is there, `index/keys.lua` and `nowhere.c` are not") == {
        "index/keys.lua",
        "nowhere.c",
    }


def test_the_layout_has_every_room_and_no_other_folder():
    layout = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Layout")[2].split("```")[1]
    folders = set(re.findall(r"\b([a-z_]+)/", layout))
    rooms = {
        folder.parent.name
        for pattern in ("service/wirematch/*/__init__.py", "service/wirematch/*/*/__init__.py", "bench/*/__init__.py")
        for folder in ROOT.glob(pattern)
    }

    assert {"formats", "detection"} < rooms
    assert rooms <= folders
    assert folders <= NAMED_FROM_ANY_FOLDER
