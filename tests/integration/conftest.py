from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.live_service import LiveService


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    """One running service for all tests that neither end nor fill it; each has articles of its own in it."""
    service = LiveService(tmp_path_factory.mktemp("live") / "data")
    try:
        service.wait_until_ready()
        yield service
    finally:
        service.clear_away()
