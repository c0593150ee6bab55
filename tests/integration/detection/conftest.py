from __future__ import annotations

import pytest
import redis

from support.phrase_book import STORY, PhraseBook
from wirematch.composition import translating as composed_translating
from wirematch.detection.translations.choice import Translate
from wirematch.index.keys import Namespace
from wirematch.settings import Settings


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> PhraseBook:
    rendered = [*STORY["rendered"], *STORY["rendered"]]
    book = PhraseBook(dict(zip([*STORY["es"], *STORY["fr"]], rendered, strict=True)))

    async def compose(_):
        return (book,)

    monkeypatch.setattr(composed_translating, "compose", compose)
    return book


@pytest.fixture
def translating(settings: Settings) -> Settings:
    return settings.model_copy(update={"translate": Translate()})


@pytest.fixture
def make_due(settings, store: redis.Redis):
    """Let a minute pass."""

    def make() -> None:
        notes = Namespace(settings.index).pending_articles
        if names := store.zrange(notes, 0, -1):
            store.zadd(notes, dict.fromkeys(names, 0))

    return make


@pytest.fixture
def noted(settings, store: redis.Redis):
    return lambda: set(store.zrange(Namespace(settings.index).pending_articles, 0, -1))
