"""Glosses as a translator, with real lemmas: Czech, by the tests' own dictionaries."""

from __future__ import annotations

import asyncio

import pytest

from support.dictionaries import write_dictionary
from support.waiting import PATIENCE_SECONDS
from wirematch.translation.gloss.engine import build
from wirematch.translation.settings import TranslationSettings
from wirematch.translation.translator import Route, TranslationFailedError, best_route

pytestmark = pytest.mark.anyio
SETTINGS = TranslationSettings(deadline_seconds=PATIENCE_SECONDS)


@pytest.fixture
def folder(tmp_path):
    write_dictionary(tmp_path, "ces-eng", {"most": ["most /x/\nbridge\n"]})
    write_dictionary(
        tmp_path,
        "eng-ces",
        {
            "price": ["price\ncena\n"],
            "government": ["government <n>\nvláda\n"],
            "food": ["food\npotravina\n"],
            "in": ["in\nv, ve\n"],
        },
    )
    return tmp_path


async def test_inflected_words_are_found_by_their_lemmas(folder):
    translator = await build(SETTINGS, folder, 0)
    assert translator is not None
    chosen = best_route([translator], "cs", "en")
    assert chosen is not None
    route = chosen.route
    assert route.steps == ("ces-eng", "eng-ces")
    assert "simplemma:" in route.version
    texts = [["Ceny potravin v Averlandu", "3,5", "Vlády mostů"]] * 8
    done = await asyncio.gather(*(translator.translate(text, route) for text in texts))
    assert done == [["Price food in Averlandu", "3,5", "Government bridge"]] * 8
    await translator.close()


async def test_what_it_cannot_do_is_told(folder):
    assert await build(SETTINGS, folder / "nothing") is None
    assert await build(SETTINGS, folder) is None  # a few words are no dictionary
    translator = await build(TranslationSettings(languages=frozenset({"es", "en"})), folder, 0)
    assert translator is not None
    assert translator.routes() == ()
    with pytest.raises(TranslationFailedError) as failure:
        await translator.translate(["Cena"], Route("cs", "en", "gloss", (), ""))
    assert failure.value.reason == "missing"
    write_dictionary(folder, "eng-jpn", {"bridge": ["bridge\nhashi\n"]})
    broken = await build(SETTINGS, folder, 0)
    assert broken is not None
    japanese = best_route([broken], "ja", "en")
    assert japanese is None  # it has no lemmas
    (folder / "freedict-ces-eng.dict.dz").write_bytes(b"no dictionary")
    czech = best_route([broken], "cs", "en")
    assert czech is not None
    with pytest.raises(TranslationFailedError, match="cannot be read"):
        await broken.translate(["Cena"], czech.route)
    await broken.close()
