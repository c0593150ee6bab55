from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.pipelines_stand import Stand

STORIES = Path(__file__).parents[2] / "stories" / "pipelines"


@pytest.fixture(scope="session")
def told_once() -> Callable[[str], dict[str, dict[str, Any]]]:
    """By name, a story that no other test stores: what is decided of it in the shared service is this test's doing."""
    return lambda name: json.loads((STORIES / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture
def stand() -> Iterator[Stand]:
    stand = Stand()
    yield stand
    stand.close()
