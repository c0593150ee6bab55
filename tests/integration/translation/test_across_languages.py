"""The service with the installed Apertium: a translated story is found, another reporter's report is not."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

from support.required import skip_without
from support.waiting import PATIENCE_SECONDS
from wirematch.composition.components import open_components
from wirematch.detection.translations.choice import Translate
from wirematch.models import Article, Decision
from wirematch.settings import Settings

skip_without("apertium", None if shutil.which("apertium") else "needs Apertium (apertium-eng-spa, apertium-fr-es)")

STORIES = Path(__file__).parents[2] / "stories"
STORY = json.loads((STORIES / "translated.json").read_text(encoding="utf-8"))
EVENTS = json.loads((STORIES / "two_languages.json").read_text(encoding="utf-8"))
LANGUAGES = ("es", "fr")


def translating(settings: Settings) -> Settings:
    chosen = Translate.model_validate({"from": LANGUAGES, "engines": ["apertium"]})
    return settings.model_copy(update={"translate": chosen, "translate_timeout": PATIENCE_SECONDS})


def test_a_story_is_found_from_one_language_to_another(settings):
    async def run() -> None:
        chosen = translating(settings)
        async with open_components(chosen.redis_url, chosen) as components:
            await components.detector.add_many([Article(id="wire", body=" ".join(STORY["en"]))])
            for language in LANGUAGES:
                report = await components.detector.check(Article(body=" ".join(STORY[language])))
                assert (report.decision, report.untranslated) == (Decision.REWRITE, None)
                [match] = report.matches
                assert match.translated is not None
                assert match.translated.from_ == language
                assert match.translated.by.startswith("apertium (")
            half = " ".join([*STORY["es"][:4], *EVENTS[0]["es"].split(". ")[1:4]])
            assert (await components.detector.check(Article(body=half))).decision is Decision.PARTIAL

    asyncio.run(run())


def test_two_reporters_on_one_event_owe_nothing_to_each_other(settings):
    told = [event for event in EVENTS if event.keys() & set(LANGUAGES)]

    async def run() -> list[bool]:
        chosen = translating(settings)
        async with open_components(chosen.redis_url, chosen) as components:
            detector = components.detector
            await detector.add_many(
                [Article(id=f"event-{number}", body=event["en"]) for number, event in enumerate(told)], decide=False
            )
            bodies = [event[language] for event in told for language in LANGUAGES if language in event]
            return [bool((await detector.check(Article(body=body))).matches) for body in bodies]

    derived = asyncio.run(run())
    assert len(derived) >= 15
    assert sum(derived) <= 0.05 * len(derived)
