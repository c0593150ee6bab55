from __future__ import annotations

from collections.abc import Callable

import pytest

from support.backends import Backend, stored_keys


@pytest.fixture
def keys(backend: Backend, index_name: str) -> Callable[[], set[str]]:
    """Names of all keys stored beside this test's index, in any of the places."""
    return lambda: stored_keys(backend.client, index_name)
