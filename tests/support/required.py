"""What not every machine has: tests that need it skip and say so, unless whoever runs them says that it is there."""

from __future__ import annotations

import os

import pytest

REQUIRED = frozenset(os.environ.get("WIREMATCH_TEST_REQUIRES", "").split())


def skip_without(name: str, missing: str | None) -> None:
    """Skip the module for what is ``missing``, if anything is; fail where WIREMATCH_TEST_REQUIRES has the name."""
    if missing is None:
        return
    if name in REQUIRED:
        pytest.fail(f"{name} is required here, and the test {missing}.", pytrace=False)
    pytest.skip(missing, allow_module_level=True)
