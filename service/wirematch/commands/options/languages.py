"""The options of ``wirematch languages``; what it needs takes long to import."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from wirematch.commands.options.shared import AsJson


def languages(
    target: Annotated[str, typer.Option("--to", help="Target language (ISO 639-1); 'any' shows all.")] = "en",
    server: Annotated[
        str | None,
        typer.Option(
            "--server",
            metavar="URL",
            envvar="WIREMATCH_TRANSLATE_URL",
            help="Also ask this LibreTranslate-compatible server.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what this machine can translate, with which engine, and what to install for more (docs/translation.md).

    No text is translated or sent anywhere. A server's key is taken from WIREMATCH_TRANSLATE_KEY.
    """
    from wirematch.commands import languages as command
    from wirematch.translation.settings import TranslationSettings

    settings = TranslationSettings(
        engines=("apertium", "libretranslate", "gloss"),
        url=server,
        api_key=os.environ.get("WIREMATCH_TRANSLATE_KEY"),
    )
    command.show_languages(settings, target=None if target == "any" else target, as_json=as_json)
