"""A text reread in the light of another: its damaged words and compounds are replaced by words of the other text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from wirematch.text.prepared import PreparedText

T = TypeVar("T", bound=np.generic)


def reread(
    text: PreparedText,
    other: PreparedText,
    first: NDArray[np.intp],
    theirs: NDArray[np.intp],
    edges: tuple[Sequence[int], Sequence[int]],
) -> PreparedText:
    """Return ``text`` with n words whose content comes from ``other`` and whose position comes from ``text``.

    For each word, ``first`` is the first word of ``text`` behind it, whole or in part; ``theirs`` is the word of
    ``other`` that replaces it, or -1; ``edges`` are its start and end in the submitted text.
    """
    taken = theirs >= 0

    def chosen(mine: NDArray[T], others: NDArray[T]) -> NDArray[T]:
        found: NDArray[T] = np.where(taken, others[theirs], mine[first])
        return found

    return replace(
        text,
        terms=[
            other.terms[there] if there >= 0 else text.terms[here]
            for here, there in zip(first.tolist(), theirs.tolist(), strict=True)
        ],
        starts=np.array(edges[0], np.int32),
        ends=np.array(edges[1], np.int32),
        words=chosen(text.words, other.words),
        stems=chosen(text.stems, other.stems),
        content=chosen(text.content, other.content),
        numbers=chosen(text.numbers, other.numbers),
        unspaced=text.unspaced[first],
        spoken=text.spoken[first],
        capitals=text.capitals[first],
        parts=text.parts[first],
        sentences=np.unique(np.append(np.searchsorted(first, text.sentences[:-1]), len(first))).astype(np.int32),
    )
