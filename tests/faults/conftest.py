"""A store, a webhook receiver, and progress output."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from faults.stand import Store
from support.webhook_receiver import WebhookReceiver


@pytest.fixture
def desk() -> Iterator[WebhookReceiver]:
    desk = WebhookReceiver()
    desk.open()
    yield desk
    desk.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "store")
    store.start()
    yield store
    store.end()


@pytest.fixture
def tell(capsys, request) -> Callable[[str], None]:
    def write(said: str) -> None:
        with capsys.disabled():
            print(f"\n{request.node.name}: {said}")  # noqa: T201

    return write
