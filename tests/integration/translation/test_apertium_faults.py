"""Misbehaving programs in Apertium's place: no text is lost, and every failure is reported."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from support.waiting import PATIENCE_SECONDS, until
from wirematch.translation.apertium.engine import ApertiumTranslator
from wirematch.translation.apertium.modes import LanguagePair
from wirematch.translation.intake import MOST_CHARACTERS
from wirematch.translation.settings import TranslationSettings
from wirematch.translation.translator import TranslationFailedError

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(os.name != "posix", reason="processes in a row are POSIX'")]

PROGRAM = r"""
import os, sys, time
blocks = b""
while chunk := os.read(0, 65536):
    blocks += chunk
    while b"\0" in blocks:
        block, blocks = blocks.split(b"\0", 1)
        if b"hangs" in block:
            open(sys.argv[1], "a").write("begun")
            time.sleep(600)
        if b"dies" in block: sys.exit(1)
        if b"garbage" in block: block = b"\xff\xfe" * 100
        if b"flood" in block: os.write(1, b"x" * 2_500_000)
        if b"forgets" in block: continue
        if b"merges" in block: block += blocks.split(b"\0", 1)[0]
        if b"swaps" in block: block = block.replace(b".0]", b".1]")
        if b"twice" in block: os.write(1, block + b"\0")
        os.write(1, block.upper() + b"\0")
"""


def translator(begun: str = os.devnull, **settings) -> ApertiumTranslator:
    """``begun`` names a file that is written to when a text begins to hang."""
    stage = (sys.executable, "-I", "-S", "-c", PROGRAM, begun)
    return ApertiumTranslator(
        [LanguagePair("spa-eng", "es", "en", (stage, stage))],
        "1",
        TranslationSettings(**{"deadline_seconds": PATIENCE_SECONDS} | settings),
    )


async def failure_of(engine: ApertiumTranslator, *sentences: str) -> str:
    with pytest.raises(TranslationFailedError) as failure:
        await engine.translate(sentences, engine.routes()[0])
    return failure.value.reason


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("it dies", "died"),
        ("garbage", "mismatch"),
        ("flood", "mismatch"),
        ("swaps", "mismatch"),
        ("merges", "mismatch"),
        ("twice", "mismatch"),
    ],
)
async def test_a_text_that_fails_is_told_and_the_next_one_is_translated(monkeypatch, sentence, reason):
    monkeypatch.setattr("wirematch.translation.intake.FIRST_SECONDS", 0.0)  # it fails twice
    engine = translator()
    (route,) = engine.routes()
    assert await engine.translate(["before"], route) == ["BEFORE"]
    assert await failure_of(engine, sentence, "and more", "and more") == reason
    assert await engine.translate(["after", "that"], route) == ["AFTER", "THAT"]
    await engine.close()


@pytest.mark.parametrize("sentence", ["it hangs", "it forgets"])
async def test_an_engine_that_does_not_answer_ends_with_the_deadline(sentence):
    engine = translator(deadline_seconds=6.0)  # in half of which two processes start, too
    assert await failure_of(engine, "first", sentence) == "slow"
    assert engine.process_ids("spa-eng") == ()
    assert await engine.translate(["after"], engine.routes()[0]) == ["AFTER"]
    await engine.close()


async def test_an_engine_that_fails_again_and_again_is_left_alone(monkeypatch):
    monkeypatch.setattr("wirematch.translation.intake.FIRST_SECONDS", 60.0)
    engine = translator()
    for _ in range(3):
        assert await failure_of(engine, "it dies") == "died"
    with pytest.raises(TranslationFailedError, match="not tried for another"):  # nothing is started
        await engine.translate(["innocent"], engine.routes()[0])
    await engine.close()


async def test_a_caller_that_gives_up_leaves_the_engine_to_others(tmp_path):
    begun = tmp_path / "begun"
    begun.touch()
    engine = translator(str(begun))
    (route,) = engine.routes()
    task = asyncio.create_task(engine.translate(["it hangs"], route))
    await until(lambda: begun.stat().st_size)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await engine.translate(["after"], route) == ["AFTER"]
    await engine.close()


async def test_so_many_may_wait_and_no_more():
    engine = translator(waiting=2, deadline_seconds=1.0)
    (route,) = engine.routes()
    texts = [asyncio.create_task(engine.translate([f"it hangs {number}"], route)) for number in range(3)]
    await asyncio.sleep(0)
    assert await failure_of(engine, "one more") == "busy"
    failures = await asyncio.gather(*texts, return_exceptions=True)
    assert [failure.reason for failure in failures] == ["slow"] * 3
    await engine.close()


async def test_what_it_cannot_do_is_missing_and_what_is_too_long_is_not_begun():
    engine = translator()
    (route,) = engine.routes()
    assert await failure_of(engine, "x" * (MOST_CHARACTERS + 1)) == "too_long"
    gone = ApertiumTranslator(
        [LanguagePair("spa-eng", "es", "en", (("no-such-program",),))], "1", TranslationSettings()
    )
    assert await failure_of(gone, "text") == "missing"
    with pytest.raises(TranslationFailedError, match="from es to en"):
        await gone.translate(["text"], route)  # another version than it has
    assert engine.process_ids("spa-eng") == ()
