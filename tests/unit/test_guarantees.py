from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
NAMED = re.findall(r"`([\w/]+\.py)::(\w+)`", (TESTS.parent / "docs" / "guarantees.md").read_text(encoding="utf-8"))


def test_every_promise_names_a_test():
    rows = [
        line
        for line in (TESTS.parent / "docs" / "guarantees.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith("| promise")
    ]

    assert len(rows) > 10
    assert [row for row in rows if "::" not in row] == []


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_the_test_exists(file, name):
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))

    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
