"""Build the translators that the settings name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from wirematch.translation.apertium import engine as apertium
from wirematch.translation.gloss import engine as gloss
from wirematch.translation.libretranslate import engine as libretranslate
from wirematch.translation.settings import EngineName, TranslationSettings
from wirematch.translation.translator import Translator

Builder = Callable[[TranslationSettings], Awaitable[Translator | None]]
"""Makes a translator; None if this machine lacks what it needs."""

BUILDERS: Mapping[EngineName, Builder] = {
    "apertium": apertium.build,
    "libretranslate": libretranslate.build,
    "gloss": gloss.build,
}


async def compose(settings: TranslationSettings) -> tuple[Translator, ...]:
    """Build the translators that the settings name and the machine has, best first. The caller must close each.

    Engines that are not installed are left out; `wirematch languages` lists what exists. Nothing is started yet, and no
    text is sent anywhere.
    """
    made = [await BUILDERS[engine](settings) for engine in settings.engines if engine in BUILDERS]
    return tuple(translator for translator in made if translator is not None)
