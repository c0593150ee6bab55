"""Access keys of a test's index."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import redis

from wirematch.access.key import KeyRecord, Scope


class KeyMaker:
    """Keys of this test's index, as the command writes them."""

    def __init__(self, store: redis.Redis, index: str) -> None:
        self.store, self.name = store, f"{{{index}:access}}"

    def make(self, name: str, *scopes: Scope, **more: Any) -> str:
        record, token = KeyRecord.make(name, scopes, datetime.now(UTC), **more)
        self.store.hset(self.name, record.id, record.model_dump_json())
        return token


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}
