from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import redis

from support.waiting import PATIENCE_SECONDS
from support.webhook_outbox import make_all_due
from support.webhook_receiver import SECRET, WebhookReceiver
from wirematch.settings import Settings


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    receiver = WebhookReceiver()
    yield receiver
    receiver.close()


@pytest.fixture
def watching(settings: Settings, receiver: WebhookReceiver) -> Callable[..., Settings]:
    chosen = {
        "webhook_secret": SECRET,
        "webhook_url": receiver.url,
        "webhook_timeout": PATIENCE_SECONDS,
        "webhook_private": True,
    }
    return lambda **others: Settings(**settings.model_dump(exclude_unset=True), **chosen | others)


@pytest.fixture
def time_flies(store: redis.Redis, index_name: str) -> Callable[[], None]:
    """Make everything in the outbox due now."""
    return lambda: make_all_due(store, index_name)


@pytest.fixture
def all_told(store: redis.Redis, index_name: str) -> Callable[[], bool]:
    """Whether the outbox is empty, so that nothing more will come."""
    return lambda: not store.exists(f"{{{index_name}}}:outbox", f"{{{index_name}}}:outbox:content")
