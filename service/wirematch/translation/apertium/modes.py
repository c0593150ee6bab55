"""Apertium's language pairs on this machine, and the programs that each pair's text passes through."""

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
"""Variants, such as ``spa-eng_US``, are not separate pairs."""
FLUSHING = frozenset(
    "lt-proc apertium-tagger apertium-pretransfer apertium-transfer apertium-interchunk apertium-postchunk lrx-proc "
    "cg-proc lsx-proc apertium-anaphora apertium-posttransfer rtx-proc".split()
)
"""Programs that support ``-z``: they flush at a NUL. A mode with any other program cannot be kept running."""
_DIGEST_BYTES = 6


@dataclass(frozen=True)
class LanguagePair:
    """One translation direction of Apertium, such as ``spa-eng``."""

    name: str
    source: str
    """ISO 639-1."""
    target: str
    """ISO 639-1."""
    stages: tuple[tuple[str, ...], ...]
    """Programs with their arguments, connected by pipes."""

    @property
    def data(self) -> tuple[Path, ...]:
        """The data files of its programs."""
        return tuple(Path(word) for stage in self.stages for word in stage if word.startswith("/"))

    @cached_property
    def size(self) -> int:
        """Size of the bilingual dictionary in bytes."""
        return sum(file.stat().st_size for file in self.data if file.name.endswith(".autobil.bin"))

    def digest(self) -> str:
        """Return a hash of programs and data, independent of where they are installed. Reads some ten megabytes."""
        state = hashlib.blake2b(digest_size=_DIGEST_BYTES)
        for stage in self.stages:
            for word in stage:
                state.update(b"\0" + (Path(word).read_bytes() if word.startswith("/") else word.encode()))
        return state.hexdigest()


def read_mode(file: Path) -> LanguagePair | None:
    """Parse a ``.mode`` file; None for variants, languages without a code, and modes that cannot be kept running.

    A mode is a shell pipeline, ``lt-proc '/…/spa-eng.automorf.bin' | apertium-tagger -g $2 '/…' | … | lt-proc $1
    '/…'``. It is run without a shell, with ``-n`` for ``$1``: unknown words are not marked.
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
    """Yield the pairs whose modes and data are installed, those with the fewest programs first.

    Between paths of equal length, fewer programs are faster and no worse: Italian via Spanish takes half the time of
    Italian via Catalan. Among pairs with equally many programs, larger dictionaries come first.
    """
    pairs = [pair for file in sorted(folder.glob("modes/*.mode")) if (pair := read_mode(file)) is not None]
    whole = [pair for pair in pairs if _is_whole(pair)]
    yield from sorted(whole, key=lambda pair: (len(pair.stages), -pair.size, pair.name))


def _is_whole(pair: LanguagePair) -> bool:
    return all(shutil.which(program) for program, *_ in pair.stages) and all(file.is_file() for file in pair.data)
