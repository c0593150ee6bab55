"""Requirements that some machines lack: such tests are skipped with a message, unless declared as available."""

from __future__ import annotations

import os

import pytest

REQUIRED = frozenset(os.environ.get("WIREMATCH_TEST_REQUIRES", "").split())


def skip_without(name: str, missing: str | None) -> None:
    """Skip the module if something is ``missing``; fail instead if WIREMATCH_TEST_REQUIRES contains the name."""
    if missing is None:
        return
    if name in REQUIRED:
        pytest.fail(f"{name} is required here, and the test {missing}.", pytrace=False)
    pytest.skip(missing, allow_module_level=True)
