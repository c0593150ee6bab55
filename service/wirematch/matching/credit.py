"""Does an article name the agency whose story it carries?

``agencies.tsv`` lists the names, abbreviations and alternative names of news agencies; a setting adds to them. A name
must occur as whole words. Abbreviations that mean other things, too (PA, TT), count only where an agency is credited.
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
"""Longest lower-case name that is taken for an abbreviation, as dpa is, and so is matched in capitals, too."""
_NO_NAMES = frozenset(
    "about home news wire staff editor admin agency agencies source unknown none n/a press media".split()
)
"""Placeholders found in source fields; none of them names a source."""
_UNNAMED = regex.compile(
    r"\b(?:with|and|from|by) (?:news |wire )?(?:agencies|agency reports|wires|wire reports)\b|\((?:news )?agencies\)|"
    r"\bagency (?:inputs|reports)\b|\bmit (?:material von )?agenturen\b|\bavec (?:les )?agences\b|\bcon agencias\b|"
    r"\bcom agências\b|\bcon agenzie\b|\bmet agentschappen\b|\bmed byråer\b",
    regex.IGNORECASE,
)
"""Agencies credited without their names, as in a line at the end of an article."""
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")
_SAYS = r"(?:news agency|reports?|reported|said|says|told|quoted|writes|wrote|meldet|berichtet|photo)"
_BY = r"(?:by|from|to|via|with|per|said|told|reports?|according to|source:?|credit:?|von|laut|selon|según|secondo)"


class _Name(NamedTuple):
    text: str
    only_as_credit: bool


class AgencyNames:
    """All names of each agency, found by any of them."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        """``rows`` has one agency each. A trailing '!' marks a name that counts only where it is a credit."""
        self._rows: dict[str, list[_Name]] = {}
        for row in rows:
            names = [_Name(name.removesuffix("!").strip(), name.endswith("!")) for name in row if name.strip(" !")]
            for name in names:
                others = self._rows.setdefault(_key(name.text), [])
                others += [other for other in names if other not in others]

    def __len__(self) -> int:
        """Number of agencies."""
        return len({tuple(row) for row in self._rows.values()})

    def also(self, names: Mapping[str, Sequence[str]]) -> Self:
        """Return these names extended by an operator's, for known or new agencies."""
        rows = [[f"{name.text}!" if name.only_as_credit else name.text for name in row] for row in self._rows.values()]
        known = [[*self._written(name), name, *more] for name, more in names.items()]
        return type(self)([*rows, *known])

    def of(self, source: str) -> list[_Name]:
        """Return all names of a source, given by one of them or in the form 'Halden News Agency (HNA)'."""
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
        """Whether the source is a listed agency."""
        return _key(source) in self._rows

    def _written(self, name: str) -> list[str]:
        return [f"{other.text}!" if other.only_as_credit else other.text for other in self._rows.get(_key(name), [])]


@cache
def known_agencies() -> AgencyNames:
    """The agencies of ``agencies.tsv``."""
    lines = files("wirematch.matching").joinpath("agencies.tsv").read_text(encoding="utf-8").splitlines()
    return AgencyNames([line.split("\t") for line in lines if line and not line.startswith("#")])


def credits_source(submission: Article, story: Article, agencies: AgencyNames | None = None) -> bool:
    """Whether a submission names the source of a story: in its text, headline, byline or source field.

    A source that is the story's own author is a person, whom a text may name for other reasons, and does not count.
    """
    source = story.source
    if source is None or _key(source) == _key(str((story.metadata or {}).get("byline") or "")):
        return False
    own = submission.source if submission.source != source else None  # may be another version by the agency itself
    beside = [submission.headline, own, (submission.metadata or {}).get("byline")]
    said = "\n\n".join([submission.body, *(part for part in beside if isinstance(part, str))])
    return names_source(said, source, agencies)


def names_source(submitted: str, source: str | None, agencies: AgencyNames | None = None) -> bool:
    """Whether ``submitted`` names ``source`` anywhere: dateline, byline, 'reports X', tag line, 'with agencies'.

    A name in capitals (AP, IANS) must occur in capitals, so that no common word passes for an agency.
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
    if _UNSPACED.search(name):  # scripts without spaces have no word boundaries to match
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
