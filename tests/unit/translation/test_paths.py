"""Paths between languages, language codes, and the choice of translator."""

from __future__ import annotations

import pytest

from wirematch.translation.apertium.engine import shortest_paths
from wirematch.translation.language_codes import two_letters
from wirematch.translation.translator import Route, best_route


def test_the_shortest_way_and_of_equal_ones_the_first():
    ways = shortest_paths([("it", "ca"), ("it", "es"), ("ca", "en"), ("es", "en"), ("fr", "it"), ("fr", "es")])
    assert ways["it", "en"] == (("it", "ca"), ("ca", "en"))
    assert ways["fr", "en"] == (("fr", "es"), ("es", "en"))
    assert ("en", "it") not in ways
    assert ("it", "it") not in ways


def test_no_way_is_longer_than_three_pairs():
    ways = shortest_paths([("aa", "bb"), ("bb", "cc"), ("cc", "dd"), ("dd", "ee"), ("bb", "aa")])
    assert len(ways["aa", "dd"]) == 3
    assert ("aa", "ee") not in ways


@pytest.mark.parametrize(
    ("code", "expected"), [("deu", "de"), ("ger", "de"), ("de", "de"), ("ast", "ast"), ("xyz", None), ("eco", None)]
)
def test_codes_of_two_letters(code, expected):
    assert two_letters(code) == expected


class Offering:
    """A translator with given routes."""

    remote = None

    def __init__(self, name: str, *pairs: tuple[str, str]) -> None:
        self.name, self._pairs = name, pairs

    def routes(self) -> tuple[Route, ...]:
        return tuple(Route(source, target, self.name, (), "1") for source, target in self._pairs)

    async def translate(self, sentences, route):
        raise NotImplementedError

    async def close(self):
        raise NotImplementedError


def test_the_first_translator_that_knows_a_way_is_asked():
    first, second = Offering("first", ("es", "en")), Offering("second", ("es", "en"), ("de", "en"))
    assert best_route([first, second], "es", "en").translator is first
    assert best_route([first, second], "de", "en").route.engine == "second"
    assert best_route([first, second], "en", "de") is None
