"""A word-by-word diff of two versions of a story, and its earlier versions with links to such diffs."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, pairwise
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from wirematch.models import Article
from wirematch.presentation.pages.facts import Facts, article_page, facts_of
from wirematch.state.earlier_versions import EarlierVersion

_PIECE = re.compile(r"\n\s*\n|\S+")
"""A token: a word, or the end of a paragraph."""
PARAGRAPH = "\n\n"
MOST_PAIRS = 2**28
"""Token pairs compared at once; at a bit each, 34 MB. Two news stories have 200,000."""


@dataclass(frozen=True, slots=True)
class Change:
    """Words that both versions have, or only one."""

    kind: str
    """'same', 'added' or 'removed'."""
    text: str


@dataclass(frozen=True, slots=True)
class ChangesView:
    """All that the page shows."""

    before: Facts
    after: Facts
    paragraphs: list[list[Change]]
    added: int
    """Number of words."""
    removed: int


def view_changes(before: Article, after: Article) -> ChangesView:
    """Return the view of the later version, with what was added and removed."""
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


class _Stretch(NamedTuple):
    """Ranges of tokens in both texts that are equal, or of which one replaced the other."""

    same: bool
    before: slice
    after: slice


def _changes(before: list[str], after: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield kinds and tokens; what was removed precedes its replacement.

    Long texts are first compared by paragraph, and then by token within paragraphs that differ.
    """
    if _are_few(before, after):
        yield from _compared(before, after)
        return
    mine, theirs = _by_paragraph(before), _by_paragraph(after)
    if not _are_few(mine, theirs):
        yield from (("removed", before), ("added", after))
        return
    for stretch in _stretches(mine, theirs):
        removed, added = list(chain(*mine[stretch.before])), list(chain(*theirs[stretch.after]))
        if stretch.same:
            yield "same", removed
        elif _are_few(removed, added):
            yield from _compared(removed, added)
        else:
            yield from (("removed", removed), ("added", added))


def _are_few(before: Sequence[Hashable], after: Sequence[Hashable]) -> bool:
    return len(before) * len(after) <= MOST_PAIRS


def _by_paragraph(pieces: list[str]) -> list[tuple[str, ...]]:
    ends = [place + 1 for place, piece in enumerate(pieces) if piece == PARAGRAPH]
    return [tuple(pieces[start:end]) for start, end in pairwise([0, *ends, len(pieces)])]


def _compared(before: list[str], after: list[str]) -> Iterator[tuple[str, list[str]]]:
    for stretch in _stretches(before, after):
        if stretch.same:
            yield "same", before[stretch.before]
        else:
            yield from (("removed", before[stretch.before]), ("added", after[stretch.after]))


def _stretches(before: Sequence[Hashable], after: Sequence[Hashable]) -> Iterator[_Stretch]:
    """Yield the stretches of a longest common subsequence and those between."""
    mine = theirs = 0
    for step in LCSseq.opcodes(before, after):
        if step.tag == "equal":
            yield _Stretch(same=False, before=slice(mine, step.src_start), after=slice(theirs, step.dest_start))
            mine, theirs = step.src_end, step.dest_end
            yield _Stretch(same=True, before=slice(step.src_start, mine), after=slice(step.dest_start, theirs))
    yield _Stretch(same=False, before=slice(mine, len(before)), after=slice(theirs, len(after)))


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


@dataclass(frozen=True, slots=True)
class VersionRow:
    """An earlier version."""

    version: int
    facts: Facts
    published_at: datetime | None
    """Time of the version, which may differ from the story's."""
    replaced_at: datetime
    added: int
    """Words that the next version added."""
    removed: int
    changes: str
    """URL of the changes."""


def view_versions(present: Article, earlier: Sequence[EarlierVersion]) -> list[VersionRow]:
    """Return rows of an article's earlier versions, latest first, as ``EarlierVersions.of`` returns them."""
    rows = []
    following = present
    for one in earlier:
        changes = view_changes(one.article, following)
        rows.append(
            VersionRow(
                version=one.version,
                facts=facts_of(one.article),
                published_at=one.article.revised_at or one.article.published_at,
                replaced_at=one.replaced_at,
                added=changes.added,
                removed=changes.removed,
                changes=f"{article_page(present.id or '')}/versions/{one.version}",
            )
        )
        following = one.article
    return rows
