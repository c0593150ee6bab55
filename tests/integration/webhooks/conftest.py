from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.webhook_desk import Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()
