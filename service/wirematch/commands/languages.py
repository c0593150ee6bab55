"""What this machine can translate, and what it would take to translate more."""

from __future__ import annotations

import json
from dataclasses import asdict

from wirematch.interruption import run_interruptibly
from wirematch.presentation.console import Screen
from wirematch.translation.composing import compose
from wirematch.translation.packages import Missing, missing_languages
from wirematch.translation.settings import TranslationSettings
from wirematch.translation.translator import Route


def show_languages(settings: TranslationSettings, *, target: str | None, as_json: bool) -> None:
    """Print every route that the settings allow, to ``target`` or to all languages; nothing is translated."""
    run_interruptibly(_show(settings, target, as_json))


async def _show(settings: TranslationSettings, target: str | None, as_json: bool) -> None:
    translators = await compose(settings)
    try:
        missing = list(missing_languages(translators))
        found = [
            (route, translator.remote)
            for translator in translators
            for route in translator.routes()
            if target in {None, route.target}
        ]
    finally:
        for translator in translators:
            await translator.close()
    if as_json:
        routes = [asdict(route) | {"remote": remote} for route, remote in found]
        print(json.dumps({"routes": routes, "missing": [asdict(one) for one in missing]}, indent=2))  # noqa: T201
    else:
        _print(found, missing)


def _print(found: list[tuple[Route, str | None]], missing: list[Missing]) -> None:
    screen = Screen()
    if not found:
        screen.print_line("No translation engine was found.")
    for route, remote in found:
        where = f" at {remote}" if remote else ""
        steps = " → ".join(route.steps)
        screen.print_line(f"{route.source} → {route.target}  {route.engine}{where}: {steps}  ({route.version})")
    for one in missing:
        screen.print_line(f"{one.language}: {' && '.join(one.install)}")
