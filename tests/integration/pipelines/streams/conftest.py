from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from wirematch.pipelines.streams.settings import StreamSettings


@pytest.fixture
def chosen(live, redis_url) -> Callable[..., StreamSettings]:
    name = f"stream-{uuid.uuid4().hex}"
    common = {
        "service_url": live.url, "broker_url": redis_url, "name": name, "decisions": f"{name}.decisions",
        "dead": f"{name}.dead", "idle_seconds": 60, "pause_seconds": 0.05, "attempts": 3,
    }  # fmt: skip
    return lambda **others: StreamSettings(**{**common, **others})


@pytest.fixture
def article(bridge) -> dict[str, Any]:
    return bridge["wire"] | {"id": f"stream-{uuid.uuid4().hex}"}
