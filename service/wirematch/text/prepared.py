"""A text prepared for comparison: its words outside furniture, in order, with their properties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.text.skeleton import TextBlock
from wirematch.kernels.text.vocabulary import Named


@dataclass(frozen=True, slots=True, eq=False)
class PreparedText:
    """The scored words of a text, in order: ``n`` words in ``m`` sentences, furniture left out.

    Offsets are code points into the text as submitted.
    """

    length: int
    """Code points of the submitted text."""
    language: str | None
    """ISO 639-1 code of the language whose function words and stems are used; with None every word counts as content,
    unstemmed."""
    terms: Sequence[str]
    """n terms (stems, if the language is known)."""
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    words: NDArray[np.uint32]
    """n hashes of the folded words, in their language's unified spelling."""
    stems: NDArray[np.uint32]
    """n hashes of the terms."""
    content: NDArray[np.bool_]
    """n flags: not a function word."""
    unspaced: NDArray[np.bool_]
    """n flags: a character of a script without spaces."""
    spoken: NDArray[np.bool_]
    """n flags: quoted speech, in quotation marks or in a block quotation."""
    capitals: NDArray[np.bool_]
    """n flags: begins with a capital letter."""
    numbers: NDArray[np.bool_]
    """n flags: begins with a digit."""
    parts: NDArray[np.int32]
    """n numbers that increase wherever furniture was left out between two words."""
    sentences: NDArray[np.int32]
    """m + 1 word positions: the start of each sentence, then n."""
    disguised: bool = False
    """Whether unmasking had to guess, so that some words may not be what was written."""

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def block(self) -> TextBlock | None:
        """The block in which the compiled kernels made this text; None for other texts."""
        return None

    def without(self, dropped: NDArray[np.bool_]) -> PreparedText:
        """Return the text without the flagged ones of its n words, as if they were furniture; offsets are unchanged."""
        kept = ~dropped
        places = np.concatenate(([0], np.cumsum(kept)))
        cuts = np.cumsum(np.diff(dropped, prepend=False) & dropped)
        return PreparedText(
            length=self.length,
            language=self.language,
            terms=_only(self.terms, kept),
            starts=self.starts[kept],
            ends=self.ends[kept],
            words=self.words[kept],
            stems=self.stems[kept],
            content=self.content[kept],
            unspaced=self.unspaced[kept],
            spoken=self.spoken[kept],
            capitals=self.capitals[kept],
            numbers=self.numbers[kept],
            parts=(self.parts + cuts.astype(np.int32))[kept],
            sentences=np.unique(places[self.sentences]).astype(np.int32),
            disguised=self.disguised,
        )


def _only(terms: Sequence[str], kept: NDArray[np.bool_]) -> Sequence[str]:
    return terms.only(kept) if isinstance(terms, Named) else list(compress(terms, kept.tolist()))
