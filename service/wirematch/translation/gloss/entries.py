"""Parse entries of FreeDict's dictionaries: headword, part of speech, and translations.

An entry is text for people, formatted by dictfmt: headword, pronunciation between slashes, part of speech in angle
brackets; then translations, separated by commas; then, indented, examples, synonyms, notes and cross references.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_WORDS = 4
"""Maximum number of words of a translation; a longer one explains more than it translates."""
_PART = re.compile(r"<([^<>]*)>")
_HEAD_END = re.compile(r"\s*[/<\[(]")
_GLUED = re.compile(r"(?<=>)[^\s,;][^,;]*(?:,\s+/[^/]*/[^,;]*)*|(?<=[a-z])[A-Z]{2,}\b[^,;]*,\s+/[^/]*/")
"""Abbreviations follow a word without a blank: ``government <n>Gov.,  /ɡˈoːf/ , administration <n>``."""
_ASIDES = re.compile(r"/[^/]*/|\[[^\]]*\]|\([^)]*\)|<[^>]*>|\{[^}]*\}")
_SOMEBODY = re.compile(r"(?<!\w)(?:sth|sb|smb|smth|so|sob)(?:\.|\b)(?:'s)?(?:/(?:sth|sb)\.)?|\b(?:oneself|one's)\b")
_NUMBERED = re.compile(r"^\s*\d+\.\s+")


@dataclass(frozen=True, slots=True)
class DictionaryEntry:
    """Those parts of an entry that glosses need."""

    headword: str
    part: str
    """``v, trans``, ``fem, n, sg``, …; often empty."""
    translations: tuple[str, ...]


def read_entry(text: str) -> DictionaryEntry:
    """Parse an entry; everything beyond translations is dropped."""
    first, *lines = text.split("\n")
    part = _PART.search(first)
    translations: list[str] = []
    for line in lines:
        if line.startswith(("   ", " see:")):
            continue
        for piece in re.split(r"[,;]", _ASIDES.sub(" ", _GLUED.sub("", _NUMBERED.sub("", line)))):
            words = _SOMEBODY.sub(" ", piece).replace("/", " ").split()
            if words[:1] == ["to"] and len(words) > 1:
                del words[0]
            if 0 < len(words) <= MOST_WORDS:
                translations.append(" ".join(words))
    return DictionaryEntry(_HEAD_END.split(first, maxsplit=1)[0].strip(), part[1] if part else "", tuple(translations))
