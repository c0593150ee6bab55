"""Which pairs of languages Apertium's data on this machine has, and the programs that each goes through."""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from wirematch.translation.language_codes import two_letters

_PAIR = re.compile(r"([a-z]{2,3})-([a-z]{2,3})")
"""Variants, such as ``spa-eng_US``, are no pairs of their own."""
FLUSHING = frozenset(
    "lt-proc apertium-tagger apertium-pretransfer apertium-transfer apertium-interchunk apertium-postchunk lrx-proc "
    "cg-proc lsx-proc apertium-anaphora apertium-posttransfer rtx-proc".split()
)
"""Programs that take ``-z``: a NUL makes them hand on all that they have. A mode with another cannot be kept open."""
_DIGEST_BYTES = 6


@dataclass(frozen=True)
class LanguagePair:
    """A direction of Apertium's, such as ``spa-eng``."""

    name: str
    source: str
    """ISO 639-1."""
    target: str
    """ISO 639-1."""
    stages: tuple[tuple[str, ...], ...]
    """Programs with their arguments; each reads what the one before it writes."""

    @property
    def data(self) -> tuple[Path, ...]:
        """The files that its programs read."""
        return tuple(Path(word) for stage in self.stages for word in stage if word.startswith("/"))

    @cached_property
    def size(self) -> int:
        """Bytes of the dictionary between both languages."""
        return sum(file.stat().st_size for file in self.data if file.name.endswith(".autobil.bin"))

    def digest(self) -> str:
        """Names the programs and the content of all data, wherever they are installed. Reads some ten megabytes."""
        state = hashlib.blake2b(digest_size=_DIGEST_BYTES)
        for stage in self.stages:
            for word in stage:
                state.update(b"\0" + (Path(word).read_bytes() if word.startswith("/") else word.encode()))
        return state.hexdigest()


def read_mode(file: Path) -> LanguagePair | None:
    """The pair of a ``.mode`` file; None for variants, for languages without a code and for what cannot be kept open.

    A mode is a line for a shell, ``lt-proc '/…/spa-eng.automorf.bin' | apertium-tagger -g $2 '/…' | … | lt-proc $1
    '/…'``. It is run without one. In place of ``$1`` stands ``-n``: without marks on unknown words.
    """
    match = _PAIR.fullmatch(file.stem)
    source, target = (two_letters(match[1]), two_letters(match[2])) if match else (None, None)
    if source is None or target is None:
        return None
    reader = shlex.shlex(file.read_text(encoding="utf-8"), posix=True, punctuation_chars="|")
    reader.whitespace_split = True
    stages: list[list[str]] = [[]]
    for word in reader:
        if word == "|":
            stages.append([])
        elif word != "$2":
            stages[-1].append("-n" if word == "$1" else word)
    if not all(stage and stage[0] in FLUSHING for stage in stages):
        return None
    return LanguagePair(file.stem, source, target, tuple((program, "-z", *rest) for program, *rest in stages))


def installed_pairs(folder: Path) -> Iterator[LanguagePair]:
    """The pairs whose modes and data are in the folder of Apertium's data, those of fewest programs first.

    Of two ways of equal length that one is quicker, and not worse: Italian by Spanish takes half the time of Italian by
    Catalan. Of as many programs, larger dictionaries come first.
    """
    pairs = [pair for file in sorted(folder.glob("modes/*.mode")) if (pair := read_mode(file)) is not None]
    whole = [pair for pair in pairs if _is_whole(pair)]
    yield from sorted(whole, key=lambda pair: (len(pair.stages), -pair.size, pair.name))


def _is_whole(pair: LanguagePair) -> bool:
    return all(shutil.which(program) for program, *_ in pair.stages) and all(file.is_file() for file in pair.data)
