"""What glosses know of grammar: missing articles, inflected names, German separable verbs and compounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from wirematch.text.english import FUNCTION_WORDS

WITHOUT_ARTICLES = frozenset({"cs", "fi", "hi", "hr", "id", "lt", "lv", "pl", "ru", "sk", "sl", "sr", "tr", "uk"})
_BEFORE = frozenset("after against at before between by for from in into of on over to under with".split())


def with_articles(glosses: Sequence[str | None]) -> list[str | None]:
    """Put "the" before a word that follows a preposition, unless it is a name or a function word.

    For languages without articles: without them, too few function words make a text pass for English.
    """
    done: list[str | None] = []
    for place, gloss in enumerate(glosses):
        before = glosses[place - 1] if place else None
        named = gloss is None or not gloss[:1].islower() or gloss in FUNCTION_WORDS
        done.append(gloss if named or before not in _BEFORE else f"the {gloss}")
    return done


SHORTEST_NAME = 4
LONGEST_ENDING = 3
"""In letters."""


def bare_names(words: Iterable[str]) -> dict[str, str]:
    """Map those capitalised words that are another one of ``words`` plus an ending to that other one.

    "Putina" is "Putin" if the text has that form, too.
    """
    names = {word for word in words if word[:1].isupper() and len(word) >= SHORTEST_NAME}
    found: dict[str, str] = {}
    for name in names:
        for ending in range(LONGEST_ENDING, 0, -1):
            if len(name) - ending >= SHORTEST_NAME and name[:-ending] in names:
                found[name] = name[:-ending]
                break
    return found


PARTICLES = frozenset(
    "ab an auf aus bei dar durch ein entgegen fest fort frei her heraus herein hervor hin hinaus hinein hinzu los mit "
    "nach nieder statt teil um unter vor voran voraus vorbei weg weiter wider wieder zu zurück zusammen".split()
)


def joined_verb(
    clause: Sequence[str], lemma: Callable[[str], str], known: Callable[[str], bool]
) -> tuple[int, str] | None:
    """Return the index of the verb to which a clause's last word belongs, and the joined verb; None without one.

    The prefix of a German separable verb is at the end of the clause: "kündigte … an" is "ankündigen".
    """
    if len(clause) < 2 or clause[-1] not in PARTICLES:
        return None
    for place, word in enumerate(clause[:-1]):
        if place and not word[:1].islower():
            continue
        verb = clause[-1] + lemma(word.lower())
        if verb.endswith("n") and known(verb):
            return place, verb
    return None


SHORTEST_WORD = 7
"""In letters; shorter words are not split."""
SHORTEST_PART = 3
_LINKS = ("", "s", "es", "n", "en", "er", "e")
"""Linking elements between parts: Regierung-s-chef."""

PartTranslation = Callable[[str], str | None]
"""Returns a part's translation, or None."""


def split_compound(word: str, known: PartTranslation, depth: int = 2) -> str | None:
    """Return the translations of a German compound's parts in order; None if it has no known parts.

    A word in no dictionary usually consists of two or three that are in one.
    Among several splits, the one with the longest shorter part is taken.
    """
    if len(word) < SHORTEST_WORD:
        return None
    best, shorter = None, 0
    for place in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        if min(place, len(word) - place) <= shorter:
            continue
        last = known(word[place:])
        if last is None:
            continue
        for first in _without_link(word[:place]):
            translated = known(first)
            if translated is None and depth > 1:
                translated = split_compound(first, known, depth - 1)
            if translated is not None:
                best, shorter = f"{translated} {last}", min(len(first), len(word) - place)
                break
    return best


def _without_link(part: str) -> Iterator[str]:
    for link in _LINKS:
        bare = part.removesuffix(link) if link else part
        if (not link or bare != part) and len(bare) >= SHORTEST_PART:
            yield bare
    yield part + "e"  # Schul-haus, Sprach-wissenschaft
