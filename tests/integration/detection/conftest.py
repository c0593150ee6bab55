from __future__ import annotations

import pytest

from support.phrase_book import STORY, PhraseBook
from wirematch.composition import translating as composed_translating
from wirematch.detection.translation_choice import Translate
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
