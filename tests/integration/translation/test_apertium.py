"""The installed Apertium: chains, unusual characters, concurrency, and killed processes."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal

import pytest

from support.required import skip_without
from support.translation_routes import route
from support.waiting import PATIENCE_SECONDS
from wirematch.translation.apertium.engine import build, data_folder
from wirematch.translation.apertium.modes import installed_pairs
from wirematch.translation.settings import TranslationSettings

PROGRAM = shutil.which("apertium")
MISSING = PROGRAM is None or not {"spa-eng", "fr-es"} <= {pair.name for pair in installed_pairs(data_folder(PROGRAM))}
skip_without("apertium", "needs Apertium (apt-get install apertium-eng-spa apertium-fr-es)" if MISSING else None)

pytestmark = pytest.mark.anyio
STORY = [
    "El puente del puerto de Averland se hundió el martes.",
    "Cuatro personas murieron y siete han desaparecido, dijo el ministro [de Transporte].",
    "1 < 2 ^ 3 $ {x} @y \\ z~ / # * +",
    "",
    "«No sabemos nada», dijo.",
    "El puente medía 17,5 metros y costó 1.200 millones.",
]


@pytest.fixture
async def apertium():
    translator = await build(
        TranslationSettings(languages=frozenset({"en", "es", "fr"}), deadline_seconds=PATIENCE_SECONDS)
    )
    assert translator is not None
    yield translator
    await translator.close()


async def test_sentences_come_back_in_their_places(apertium):
    translated = await apertium.translate(STORY, route(apertium, "es"))
    assert len(translated) == len(STORY)
    assert "bridge" in translated[0]
    assert "Averland" in translated[0]
    assert "*" not in translated[0]  # the mark of an unknown word
    assert "[of Transport]" in translated[1]
    assert translated[3] == ""
    assert translated[4].startswith("«")
    assert "17.5 met" in translated[5]
    assert "1,200 million" in translated[5]


async def test_no_character_at_the_end_of_a_sentence_stops_the_stream(apertium):
    odd = [f"El puente cayó {character}" for character in "^[]{}<>/\\@$~*+#=|'\"«»…–\u200b\ufeff½ª_🎉字\x85"]
    for language in ("es", "fr"):
        translated = await apertium.translate(odd, route(apertium, language))
        assert len(translated) == len(odd)
        assert all(translated)


async def test_what_has_no_letters_is_not_touched(apertium):
    untouched = ["1 < 2 ^ 3 $ {} @ \\ ~ / # * +", "[]", "…", "100 %"]
    assert await apertium.translate(untouched, route(apertium, "es")) == untouched


async def test_a_chain_goes_through_its_steps(apertium):
    french = route(apertium, "fr")
    assert french.steps == ("fr-es", "spa-eng")
    assert all(f"{step}:" in french.version for step in french.steps)
    translated = await apertium.translate(["Le pont du port est tombé mardi.", "Quatre personnes sont mortes."], french)
    assert "bridge" in translated[0]
    assert "Four" in translated[1]


async def test_many_texts_at_once_are_not_mixed_up(apertium):
    spanish = route(apertium, "es")

    async def translate(number: int) -> bool:
        sentences = [f"El tren {number} llega a la estación {place}." for place in range(number % 7 + 1)]
        done = await apertium.translate(sentences, spanish)
        return all(f"train {number}" in one and f" {place}." in one for place, one in enumerate(done))

    assert all(await asyncio.gather(*map(translate, range(40))))


async def test_a_killed_process_costs_no_text_its_translation(apertium):
    spanish = route(apertium, "es")
    expected = await apertium.translate(STORY, spanish)
    (processes,) = apertium.process_ids("spa-eng")
    for place in (0, len(processes) // 2, -1):
        (processes,) = apertium.process_ids("spa-eng")
        os.kill(processes[place], signal.SIGKILL)
        assert await apertium.translate(STORY, spanish) == expected


async def test_a_process_killed_in_the_middle_of_a_text_costs_it_nothing(apertium):
    spanish = route(apertium, "es")
    await apertium.translate(STORY, spanish)
    (processes,) = apertium.process_ids("spa-eng")
    long = STORY * 200
    task = asyncio.create_task(apertium.translate(long, spanish))
    await asyncio.sleep(0.02)
    os.kill(processes[5], signal.SIGKILL)
    translated = await task
    assert len(translated) == len(long)
    assert translated[: len(STORY)] == translated[-len(STORY) :]


async def test_no_process_is_left_when_it_is_closed():
    translator = await build(TranslationSettings(languages=frozenset({"es", "en"})))
    assert translator is not None
    assert {(one.source, one.target) for one in translator.routes()} == {("es", "en"), ("en", "es")}
    await translator.translate(STORY, route(translator, "es"))
    (processes,) = translator.process_ids("spa-eng")
    await translator.close()
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
