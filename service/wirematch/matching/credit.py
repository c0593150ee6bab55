"""Does an article name the agency whose story it carries?

``agencies.tsv`` has the names, abbreviations and other names of news agencies; a setting adds to them. A name must
stand as words of its own. Letters that mean something else as well (PA, TT) count where an agency is credited only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple, Self

import regex

from wirematch.models import Article

_WITH_SHORT_NAME = regex.compile(r"(?P<long>.+?)\s*\((?P<short>[^()]+)\)")
_ABBREVIATION = 5
"""Characters of the longest name in small letters that is an abbreviation, as dpa is: it is one in capitals, too."""
_NO_NAMES = frozenset(
    "about home news wire staff editor admin agency agencies source unknown none n/a press media".split()
)
"""What stands in fields for sources by mistake; none of it names anyone."""
_UNNAMED = regex.compile(
    r"\b(?:with|and|from|by) (?:news |wire )?(?:agencies|agency reports|wires|wire reports)\b|\((?:news )?agencies\)|"
    r"\bagency (?:inputs|reports)\b|\bmit (?:material von )?agenturen\b|\bavec (?:les )?agences\b|\bcon agencias\b|"
    r"\bcom agências\b|\bcon agenzie\b|\bmet agentschappen\b|\bmed byråer\b",
    regex.IGNORECASE,
)
"""Agencies credited without their names, as a line below an article does it."""
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")
_SAYS = r"(?:news agency|reports?|reported|said|says|told|quoted|writes|wrote|meldet|berichtet|photo)"
_BY = r"(?:by|from|to|via|with|per|said|told|reports?|according to|source:?|credit:?|von|laut|selon|según|secondo)"


class _Name(NamedTuple):
    text: str
    only_as_credit: bool


class AgencyNames:
    """By each of its names, all names that an agency goes by."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        """Of each row all names are one agency's; a '!' behind one says that it counts only where it is a credit."""
        self._rows: dict[str, list[_Name]] = {}
        for row in rows:
            names = [_Name(name.removesuffix("!").strip(), name.endswith("!")) for name in row if name.strip(" !")]
            for name in names:
                others = self._rows.setdefault(_key(name.text), [])
                others += [other for other in names if other not in others]

    def also(self, names: Mapping[str, Sequence[str]]) -> Self:
        """The same with what an operator adds, to agencies that are known or new."""
        rows = [[f"{name.text}!" if name.only_as_credit else name.text for name in row] for row in self._rows.values()]
        known = [[*self._written(name), name, *more] for name, more in names.items()]
        return type(self)([*rows, *known])

    def of(self, source: str) -> list[_Name]:
        """All names of a source, given by one of them or as 'Halden News Agency (HNA)'."""
        parts = _WITH_SHORT_NAME.fullmatch(source.strip())
        given = [parts["long"], parts["short"]] if parts else [source]
        names = [
            name
            for one in given
            if _key(one) and _key(one) not in _NO_NAMES
            for name in self._rows.get(_key(one), [_Name(one.strip(), only_as_credit=False)])
        ]
        return list(dict.fromkeys(names))

    def knows(self, source: str) -> bool:
        """Whether it is an agency of the list."""
        return _key(source) in self._rows

    def _written(self, name: str) -> list[str]:
        return [f"{other.text}!" if other.only_as_credit else other.text for other in self._rows.get(_key(name), [])]


@cache
def known_agencies() -> AgencyNames:
    """The agencies of ``agencies.tsv``."""
    lines = files("wirematch.matching").joinpath("agencies.tsv").read_text(encoding="utf-8").splitlines()
    return AgencyNames([line.split("\t") for line in lines if line and not line.startswith("#")])


def credits_source(submission: Article, story: Article, agencies: AgencyNames | None = None) -> bool:
    """Whether a submission names the source of a story: in its text, its headline, its byline or its own source.

    A source that is the story's own author is a person, whom a text may name for other reasons.
    """
    source = story.source
    if source is None or _key(source) == _key(str((story.metadata or {}).get("byline") or "")):
        return False
    own = submission.source if submission.source != source else None  # of a version of the agency's own
    beside = [submission.headline, own, (submission.metadata or {}).get("byline")]
    said = "\n\n".join([submission.body, *(part for part in beside if isinstance(part, str))])
    return names_source(said, source, agencies)


def names_source(submitted: str, source: str | None, agencies: AgencyNames | None = None) -> bool:
    """Whether ``submitted`` names ``source`` anywhere: dateline, byline, 'reports X', tag line, 'with agencies'.

    One in capitals (AP, IANS) must stand in capitals, lest a common word pass for an agency.
    """
    known = agencies or known_agencies()
    if not source or not source.strip():
        return False
    if any(_stands_in(submitted, name) for name in known.of(source)):
        return True
    return known.knows(source) and _UNNAMED.search(submitted) is not None


def _key(name: str) -> str:
    return " ".join(name.casefold().split()).removeprefix("the ")


def _stands_in(submitted: str, name: _Name) -> bool:
    pattern = _credit(name.text) if name.only_as_credit else _words(name.text)
    return pattern.search(submitted) is not None


@lru_cache(4_096)
def _words(name: str) -> regex.Pattern[str]:
    said = r"\s+".join(map(regex.escape, name.split()))
    if _UNSPACED.search(name):  # nothing parts these from what goes before or on
        return regex.compile(said)
    if name.islower() and name.isalpha() and len(name) <= _ABBREVIATION:
        said, flags = f"(?:{said}|{said.upper()})", 0
    else:
        flags = 0 if name.isupper() else regex.IGNORECASE
    return regex.compile(rf"(?<![\p{{L}}\p{{N}}]){said}(?![\p{{L}}\p{{N}}])", flags)


@lru_cache(4_096)
def _credit(name: str) -> regex.Pattern[str]:
    said = rf"(?<![\p{{L}}\p{{N}}]){regex.escape(name)}(?![\p{{L}}\p{{N}}])"
    return regex.compile(
        rf"\([^()\n]{{0,30}}{said}[^()\n]{{0,30}}\)|{said}\s+(?i:{_SAYS})\b|\b(?i:{_BY})\s+(?:the\s+)?{said}"
        rf"|(?m:^\W{{0,4}}{said}\W{{0,4}}$)|[-–—/]\s?{said}\W{{0,3}}(?m:$)|{said}\s?/\s?\p{{L}}|\p{{L}}\s?/\s?{said}"
    )
