"""The route that a translator offers from one language to another."""

from __future__ import annotations

from wirematch.translation.translator import Route, Translator, best_route


def route(translator: Translator, source: str = "es", target: str = "en") -> Route:
    chosen = best_route([translator], source, target)
    assert chosen is not None
    return chosen.route
