"""What comparing needs of one text, computed once and used against every candidate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.matching.rarity import Rarity
from service.text.prepare import PreparedText

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """A prepared text of ``n`` words with its weights, n-grams and distinct content words."""

    text: PreparedText
    weights: NDArray[np.float32]
    """n inverse document frequencies, 0 for function words."""
    sentence_of: NDArray[np.int32]
    """n sentence numbers."""
    sentence_weights: NDArray[np.float32]
    """m sums of the distinct content words of each sentence."""
    trigrams: NDArray[np.uint64]
    """Sorted distinct hashes of runs of three words."""
    fivegrams: NDArray[np.uint64]
    unquoted_trigrams: NDArray[np.uint64]
    """Those trigrams with no word between quotation marks."""
    content_pairs: NDArray[np.uint64]
    """Sorted distinct hashes of neighbouring content stems."""
    vocabulary: NDArray[np.uint32]
    """Sorted distinct content stems, v of them."""
    vocabulary_weights: NDArray[np.float32]
    content_stems: list[int]
    """Content stems in order, for sequence alignment."""
    entries: tuple[NDArray[np.intp], NDArray[np.intp]]
    """(sentence, place in the vocabulary) of each content word, each pair once."""

    def __len__(self) -> int:
        return len(self.text)


def profile(text: PreparedText, rarity: Rarity) -> Profile:
    """Weigh and index ``text``; a text without words gives empty arrays."""
    weights = rarity.weigh(text)
    lengths = np.diff(text.sentences)
    sentence_of = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    content_stems = text.stems[text.content]
    vocabulary, first, place = np.unique(content_stems, return_index=True, return_inverse=True)
    vocabulary_weights = weights[text.content][first]
    cells = np.unique(sentence_of[text.content].astype(np.int64) * max(1, len(vocabulary)) + place)
    sentences, words = np.divmod(cells, max(1, len(vocabulary)))
    quoted_ahead = text.quoted[:-2] | text.quoted[1:-1] | text.quoted[2:]
    trigrams = ngram_hashes(text.words, 3)
    return Profile(
        text=text,
        weights=weights,
        sentence_of=sentence_of,
        sentence_weights=np.bincount(sentences, vocabulary_weights[words], len(lengths)).astype(np.float32),
        trigrams=np.unique(trigrams),
        fivegrams=np.unique(ngram_hashes(text.words, 5)),
        unquoted_trigrams=np.unique(trigrams[~quoted_ahead]),
        content_pairs=np.unique(ngram_hashes(content_stems, 2)),
        vocabulary=vocabulary,
        vocabulary_weights=vocabulary_weights,
        content_stems=content_stems.tolist(),
        entries=(sentences, words),
    )


def ngram_hashes(hashes: NDArray[np.uint32], n: int) -> NDArray[np.uint64]:
    """Polynomial hashes of the ``max(0, len - n + 1)`` runs of ``n`` words, in order."""
    count = max(0, len(hashes) - n + 1)
    rolled = np.zeros(count, np.uint64)
    for shift in range(n):
        rolled = rolled * _MULTIPLIER + hashes[shift : shift + count]
    return rolled
