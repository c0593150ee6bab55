"""The contents of a backup file, read to its end or to where it is truncated, without storing anything.

Its lines, in this order: one about the backup; then a section for each tenant, and one for articles of no tenant. A
section has a line about itself, articles, those of them that were gone at the end, those that may be in no cluster yet,
members of clusters, kills, judgements, and a line with their counts.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from wirematch.commands.backup.parts import BrokenPartError, PartReader
from wirematch.errors import BackupError, CutBackupError
from wirematch.index.keys import SLOTS
from wirematch.state.tenant_records import Tenant

FORMAT = 1
KINDS = ("article", "untold", "member", "kill", "judgement")
"""Lines that are counted, by the name of their content."""
BackupLine = dict[str, Any]
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""Errors raised for a line that no backup has."""


class _About(BaseModel, strict=True):
    """The line about a section."""

    tenant: str | None
    record: dict[str, Any] | None
    generation: int = Field(ge=0)
    shards: int = Field(ge=0, le=SLOTS)
    sampling: str


@dataclass(slots=True)
class Section:
    """What a backup has of one tenant."""

    about: BackupLine
    """Its ``section``: tenant, shards, scheme, generation, and the tenant's record."""
    counts: Counter[str] = field(default_factory=Counter)
    given: list[array[int]] = field(default_factory=list)
    """Local numbers of the articles, by shard."""
    gone: set[tuple[int, int]] = field(default_factory=set)
    """Shard and number of what was replaced or deleted while the backup was made."""
    kills: dict[str, list[str | None]] = field(default_factory=dict)
    """Version and times of each, by the id of its article."""
    ended: bool = False

    @property
    def tenant(self) -> str | None:
        """None for articles of no tenant."""
        tenant: str | None = self.about["tenant"]
        return tenant

    @property
    def articles(self) -> int:
        """Articles that are restored."""
        return self.counts["article"] - len(self.gone)


@dataclass(slots=True)
class Contents:
    """The contents of the complete parts of a file."""

    header: BackupLine | None = None
    sections: list[Section] = field(default_factory=list)
    ended: bool = False
    end: int = 0
    """Where the last complete part ends."""
    broken: str | None = None
    """Why there is no further part; None at the end of the file."""

    def __str__(self) -> str:
        return f"{sum(one.articles for one in self.sections):,} articles in {len(self.sections)} sections"

    def add(self, line: BackupLine) -> None:
        """Add a line. Raises BackupError if it may not occur here."""
        if "backup" in line:
            self.header = line["backup"]
            if line["backup"].get("format") != FORMAT:
                raise BackupError(f"The backup has format {line['backup'].get('format')}; this release reads {FORMAT}.")
        elif "section" in line:
            about = _About.model_validate(line["section"])
            if about.record is not None:
                Tenant.model_validate(about.record)
            self.sections.append(Section(line["section"], given=[array("I") for _ in range(about.shards)]))
        elif "end" in line:
            self.ended = True
        else:
            self._add_to(self.sections[-1], line)

    @staticmethod
    def _add_to(section: Section, line: BackupLine) -> None:
        if "article" in line:
            shard, number = line["place"]
            section.given[shard].append(number)
        if "gone" in line:
            section.gone |= {(line["shard"], number) for number in line["gone"]}
        if "kill" in line:
            article_id, *kill = line["kill"]
            section.kills[article_id] = kill
        for kind in KINDS:
            section.counts[kind] += kind in line
        if "counted" in line:
            section.ended = True
            said: Counter[str] = Counter(line["counted"])
            if said != section.counts:
                raise BackupError(f"The backup declares {dict(said)}, but holds {dict(section.counts)}.")


def read_contents(file: Path) -> tuple[Contents, PartReader]:
    """Return the complete contents of a file, and the reader positioned after them; BackupError if it is no backup."""
    contents, reader = Contents(), PartReader(file)
    try:
        for part in reader.parts():
            for line in part.lines:
                contents.add(json.loads(line))
            contents.end = part.end
            if contents.header is None:
                raise BackupError(f"{file} is not a Wirematch backup.")
    except BrokenPartError as error:
        if contents.header is None:
            raise BackupError(f"{file} is not a Wirematch backup, or is damaged at its beginning.") from error
        contents.broken = str(error)
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}.") from error
    except UNREADABLE as error:
        raise BackupError(f"{file} is not a Wirematch backup: it has a line that no release writes.") from error
    return contents, reader


def read_whole(file: Path) -> Contents:
    """Return the contents of a finished backup, with verified checksums. Raises CutBackupError and BackupError."""
    contents, _ = read_contents(file)
    if contents.broken is not None or not contents.ended:
        raise CutBackupError(str(file), contents.broken or "is truncated", str(contents))
    return contents


def lines_of(file: Path) -> Iterator[BackupLine]:
    """Return the lines of a file that :func:`read_whole` has read."""
    for part in PartReader(file).parts():
        yield from map(json.loads, part.lines)
