"""A constant that a test sets is read where it is set, so that no test depends on those that ran before it.

A module that is first imported while a constant is set would copy that value, and keep it for all tests to come.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
SERVICE = TESTS.parent / "service"


def patched() -> Iterator[tuple[str, str]]:
    """Module and name of each constant that a test sets."""
    for file in TESTS.rglob("test_*.py"):
        written = file.read_text(encoding="utf-8")
        if "setattr" not in written:
            continue  # parsing takes longest
        tree = ast.parse(written)
        modules = dict(imported(tree))
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            if call.func.attr != "setattr" or not call.args:
                continue
            match call.args:
                case [ast.Constant(value=str(path)), _]:
                    module, _, name = path.rpartition(".")
                    yield module, name
                case [ast.Name(id=alias), ast.Constant(value=str(name)), *_] if alias in modules:
                    yield modules[alias], name


def imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Each name that a file imports, and what it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("wirematch"):
            for one in node.names:
                yield one.asname or one.name, f"{node.module}.{one.name}"


def copies() -> dict[str, set[str]]:
    """What each module of the service imports by name: what it stands for -> the modules."""
    found: dict[str, set[str]] = {}
    for file in SERVICE.rglob("*.py"):
        for _, what in imported(ast.parse(file.read_text(encoding="utf-8"))):
            found.setdefault(what, set()).add(str(file.relative_to(SERVICE)))
    return found


def test_no_module_copies_what_a_test_sets():
    constants = {f"{module}.{name}" for module, name in patched() if name.isupper()}
    assert "wirematch.index.rebuilding.rebuild.GRACE_SECONDS" in constants
    assert {constant: by for constant, by in copies().items() if constant in constants} == {}
