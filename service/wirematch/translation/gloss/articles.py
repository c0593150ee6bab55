"""Insert articles for languages that have none: without them, too few function words make a text pass for English."""

from __future__ import annotations

from collections.abc import Sequence

from wirematch.text.english import FUNCTION_WORDS

WITHOUT_ARTICLES = frozenset({"cs", "fi", "hi", "hr", "id", "lt", "lv", "pl", "ru", "sk", "sl", "sr", "tr", "uk"})
_BEFORE = frozenset("after against at before between by for from in into of on over to under with".split())


def with_articles(glosses: Sequence[str | None]) -> list[str | None]:
    """Put "the" before a word that follows a preposition, unless it is a name or a function word."""
    done: list[str | None] = []
    for place, gloss in enumerate(glosses):
        before = glosses[place - 1] if place else None
        named = gloss is None or not gloss[:1].islower() or gloss in FUNCTION_WORDS
        done.append(gloss if named or before not in _BEFORE else f"the {gloss}")
    return done
