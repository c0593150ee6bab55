"""One word for one thing: the glossary and CONTRIBUTING name only what exists, and no two types share a name."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "service" / "wirematch"


@pytest.fixture(scope="module")
def types() -> list[str]:
    return list(names_of_types())


def names_of_types() -> Iterator[str]:
    """Yield the names of classes and type aliases."""
    for file in PACKAGE.rglob("*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                yield node.name
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                if re.fullmatch(r"[A-Z][a-z]\w*", name):
                    yield name


def named(document: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (ROOT / document).read_text(encoding="utf-8")))


TERMS = {
    name
    for cell in named("docs/glossary.md", r"\| ((?:`[\w.]+`(?:, )?)+) \|")
    for name in re.findall(r"\b[A-Z]\w+", cell)
}
PLACES = named("CONTRIBUTING.md", r"`([\w/]+(?:\.py|\.md|/))`")


def test_no_two_types_share_a_name(types):
    assert [name for name, count in Counter(types).items() if count > 1] == []


@pytest.mark.parametrize("term", sorted(TERMS))
def test_every_type_of_the_glossary_exists(types, term):
    assert term in types


@pytest.mark.parametrize("place", sorted(PLACES))
def test_every_place_that_contributors_are_sent_to_exists(place):
    assert (ROOT / place).exists() or (PACKAGE / place).exists()


def test_the_documents_name_something():
    assert len(TERMS) > 15
    assert len(PLACES) > 15
