"""Requirements that some machines lack: such tests are skipped with a message, unless declared as available."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Read at import, as each test runs without such variables.
REQUIRED = frozenset(os.environ.get("WIREMATCH_TEST_REQUIRES", "").split())
DATA = Path(os.environ.get("WIREMATCH_DATA", ""))
"""The labelled articles, which are not part of the project."""
STORIES = DATA.parent / "stories"


def skip_without(name: str, missing: str | None) -> None:
    """Skip the module if something is ``missing``; fail instead if WIREMATCH_TEST_REQUIRES contains the name."""
    if missing is None:
        return
    if name in REQUIRED:
        pytest.fail(f"{name} is required here, and the test {missing}.", pytrace=False)
    pytest.skip(missing, allow_module_level=True)


def skip_without_data() -> None:
    """Skip the test, which is marked ``data``, without the labelled articles."""
    there = (DATA / "pairs.jsonl").is_file() and STORIES.is_dir()
    skip_without("data", None if there else "needs WIREMATCH_DATA, a folder with pairs.jsonl and ../stories beside it")
