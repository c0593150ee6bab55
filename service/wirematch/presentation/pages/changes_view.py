"""What changed from one version of a story to another, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from wirematch.models import Article
from wirematch.presentation.pages.facts import Facts, facts_of

_PIECE = re.compile(r"\n\s*\n|\S+")
"""A word, or where a paragraph ends."""
PARAGRAPH = "\n\n"


@dataclass(frozen=True, slots=True)
class Change:
    """Words that both have, or that only one has."""

    kind: str
    """'same', 'added' or 'removed'."""
    text: str


@dataclass(frozen=True, slots=True)
class ChangesView:
    """What the page shows."""

    before: Facts
    after: Facts
    paragraphs: list[list[Change]]
    added: int
    """Words."""
    removed: int


def view_changes(before: Article, after: Article) -> ChangesView:
    """The view of the later version with what was added and removed."""
    changes = list(_changes(_pieces(before.body), _pieces(after.body)))
    return ChangesView(
        before=facts_of(before),
        after=facts_of(after),
        paragraphs=_paragraphs(changes),
        added=_words(changes, "added"),
        removed=_words(changes, "removed"),
    )


def _pieces(body: str) -> list[str]:
    return [piece if piece.strip() else PARAGRAPH for piece in _PIECE.findall(body.strip())]


def _changes(before: list[str], after: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Kinds and pieces, by a longest common subsequence; what was removed stands before what took its place."""
    removed: list[str] = []
    added: list[str] = []
    for step in [*LCSseq.opcodes(before, after), None]:
        if step is not None and step.tag != "equal":
            removed += before[step.src_start : step.src_end]
            added += after[step.dest_start : step.dest_end]
            continue
        for kind, pieces in (("removed", removed), ("added", added)):
            if pieces:
                yield kind, pieces
        removed, added = [], []
        if step is not None:
            yield "same", before[step.src_start : step.src_end]


def _paragraphs(changes: list[tuple[str, list[str]]]) -> list[list[Change]]:
    paragraphs: list[list[Change]] = [[]]
    for kind, pieces in changes:
        words: list[str] = []
        for piece in [*pieces, None]:
            if piece is not None and piece != PARAGRAPH:
                words.append(piece)
                continue
            if words:
                paragraphs[-1].append(Change(kind, " ".join(words)))
                words = []
            if piece == PARAGRAPH and paragraphs[-1]:
                paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]


def _words(changes: list[tuple[str, list[str]]], kind: str) -> int:
    return sum(piece != PARAGRAPH for its, pieces in changes if its == kind for piece in pieces)
