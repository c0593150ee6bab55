"""A LibreTranslate-compatible server: batches, its key, and all the ways in which it may fail to answer."""

from __future__ import annotations

import pytest

from support.clock import Clock
from support.translation_routes import route
from support.translation_server import TranslationServer
from support.waiting import PATIENCE_SECONDS
from wirematch.translation.composing import compose
from wirematch.translation.intake import FIRST_SECONDS, EngineBackoff
from wirematch.translation.libretranslate import engine
from wirematch.translation.libretranslate.engine import LibreTranslateTranslator, batches, build
from wirematch.translation.libretranslate.server import is_loopback, origin_of
from wirematch.translation.settings import TranslationSettings
from wirematch.translation.translator import Route, TranslationFailedError, best_route

pytestmark = pytest.mark.anyio


@pytest.fixture
def server():
    stub = TranslationServer(key="s3cret")
    stub.start()
    yield stub
    stub.stop()


async def engine_of(server: TranslationServer, **settings) -> LibreTranslateTranslator:
    given = {"url": server.url, "api_key": "s3cret", "deadline_seconds": PATIENCE_SECONDS} | settings
    translator = await build(TranslationSettings(**given))
    assert translator is not None
    return translator


async def failure_of(translator: LibreTranslateTranslator, *sentences: str) -> str:
    with pytest.raises(TranslationFailedError) as failure:
        await translator.translate(sentences, route(translator))
    assert "s3cret" not in str(failure.value)
    return failure.value.reason


async def test_a_long_text_goes_in_several_requests_and_comes_back_in_order(server):
    translator = await engine_of(server)
    spanish = route(translator)
    assert (spanish.steps, spanish.version) == (("es-en",), "1.6.9")
    text = [f"frase {place}\n de {'largo ' * (place % 9 * 60)}fin" for place in range(130)]
    text[40] = "1 + 1"
    done = await translator.translate(text, spanish)
    assert done == [" ".join(one.split()).upper() for one in text[:40]] + ["1 + 1"] + [
        " ".join(one.split()).upper() for one in text[41:]
    ]
    assert len(server.asked) > 3
    assert all(len(one["q"]) <= 50 and one["api_key"] == "s3cret" for one in server.asked)
    assert not any("1 + 1" in one["q"] for one in server.asked)
    await translator.close()


async def test_codes_are_sent_as_the_server_writes_them(server):
    translator = await engine_of(server)
    await translator.translate(["ponte"], route(translator, "pt"))
    assert (server.asked[-1]["source"], server.asked[-1]["target"]) == ("pt-BR", "en")
    assert best_route([translator], "en", "xyz") is None
    await translator.close()


@pytest.mark.parametrize(
    ("fault", "reason", "tries"),
    [
        ("fewer", "mismatch", 1),
        ("text", "mismatch", 1),
        ("garbage", "mismatch", 1),
        ("flood", "mismatch", 1),
        ("redirect", "refused", 1),
        ("400", "refused", 1),
        ("429", "refused", 3),
        ("503", "died", 3),
        ("cut", "died", 3),
    ],
)
async def test_a_server_that_does_not_do_as_it_is_asked(server, fault, reason, tries):
    translator = await engine_of(server)
    server.faults.extend([fault] * tries)
    assert await failure_of(translator, "frase", "otra") == reason
    assert len(server.asked) == tries
    assert await translator.translate(["frase"], route(translator)) == ["FRASE"]
    await translator.close()


async def test_what_passes_is_tried_again(server):
    translator = await engine_of(server)
    server.faults.extend(["503", "cut"])
    assert await translator.translate(["frase"], route(translator)) == ["FRASE"]
    await translator.close()


async def test_a_server_that_hangs_ends_with_the_deadline(server):
    translator = await engine_of(server, deadline_seconds=0.5)
    server.faults.append("hang")
    assert await failure_of(translator, "frase") == "slow"
    await translator.close()


async def test_a_server_that_hangs_twice_is_left_alone_for_a_while(server, monkeypatch):
    clock = Clock()
    backoff = EngineBackoff(clock)
    monkeypatch.setattr(engine, "EngineBackoff", lambda: backoff)
    patient, hasty = await engine_of(server), await engine_of(server, deadline_seconds=1.0)
    server.faults.extend(["hang", "hang"])
    assert [await failure_of(hasty, "frase") for _ in range(2)] == ["slow", "slow"]
    server.faults.clear()  # on a loaded machine, they may have been given up before they came there
    assert [await failure_of(one, "otra") for one in (hasty, patient)] == ["died", "died"]
    clock.now += FIRST_SECONDS
    assert await patient.translate(["frase"], route(patient)) == ["FRASE"]
    assert ["otra"] not in [one["q"] for one in server.asked]  # they were refused without asking
    for one in (patient, hasty):
        await one.close()


async def test_another_key_is_refused_and_never_shown(server):
    settings = TranslationSettings(engines=("libretranslate",), url=server.url, api_key="wr0ng")
    assert "wr0ng" not in repr(settings)
    (translator,) = await compose(settings)
    assert isinstance(translator, LibreTranslateTranslator)
    assert await failure_of(translator, "frase") == "refused"
    await translator.close()


async def test_nothing_is_asked_that_the_settings_do_not_name(server):
    assert await compose(TranslationSettings(engines=("libretranslate",))) == ()
    for translator in await compose(TranslationSettings(url=server.url)):
        assert translator.name != "libretranslate"
        await translator.close()


async def test_a_server_that_is_away_has_no_routes():
    away = TranslationServer()
    away.start()
    away.stop()
    translator = await engine_of(away)
    assert translator.routes() == ()
    with pytest.raises(TranslationFailedError, match="now"):
        await translator.translate(["frase"], Route("es", "en", "libretranslate", ("es-en",), "1.6.9"))
    await translator.close()


async def test_a_server_that_comes_back_is_found_again(server, monkeypatch):
    monkeypatch.setattr("wirematch.translation.libretranslate.engine.LOOK_SECONDS", {True: 0.0, False: 0.0})
    translator = await engine_of(server)
    assert translator.routes() != ()
    assert translator.remote is None
    await translator.look()
    assert route(translator).version == "1.6.9"
    await translator.close()


@pytest.mark.parametrize(
    ("url", "loopback", "origin"),
    [
        ("http://127.0.0.1:5000", True, "http://127.0.0.1:5000"),
        ("http://localhost:5000/lt", True, "http://localhost:5000"),
        ("http://[::1]:5000", True, "http://[::1]:5000"),
        ("https://name:word@translate.example/api", False, "https://translate.example"),
        ("http://127.0.0.1.translate.example", False, "http://127.0.0.1.translate.example"),
        ("http://10.0.0.7:5000", False, "http://10.0.0.7:5000"),
    ],
)
def test_whether_texts_leave_this_machine(url, loopback, origin):
    assert (is_loopback(url), origin_of(url)) == (loopback, origin)


async def test_a_server_elsewhere_is_named():
    translator = LibreTranslateTranslator("https://name:word@translate.example/", TranslationSettings())
    assert translator.remote == "https://translate.example"
    await translator.close()


def test_batches_hold_every_sentence_once():
    sentences = ["x" * (place % 7 * 900) for place in range(200)]
    made = list(batches(sentences))
    assert [one for batch in made for one in batch] == sentences
    assert all(len(batch) == 1 or sum(map(len, batch)) <= 4_000 for batch in made)
    assert list(batches([])) == []
