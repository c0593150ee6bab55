"""What comparing needs of one text, computed once and used against every candidate.

A text is looked at in several views, because what is shared says different things: the reporter's own words or those
of speakers, names and numbers (facts that any reporter has) or the plain words around them (choices of one).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from service.matching.rarity import Rarity
from service.matching.screening import Outline
from service.matching.views import Keys, Views
from service.text.prepare import PreparedText

Flags = NDArray[np.bool_]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)

RARE = 5.5
"""Inverse document frequency from which on a word is rare: met in fewer than one story of 245."""
MOST_SENTENCES = 1_000
"""Further ones are taken together, so that tables of sentence pairs stay small whatever the text."""


@dataclass(frozen=True, slots=True, eq=False)
class SentenceStems:
    """The stems of one sentence, in order, by what they are."""

    content: list[int]
    wording: list[int]
    """The reporter's own function and plain words."""
    own_plain: list[int]
    plain: frozenset[int]


@dataclass(frozen=True, eq=False)
class Profile:
    """A prepared text of ``n`` words in ``m`` sentences, with ``v`` distinct content words, from all sides."""

    text: PreparedText
    weights: NDArray[np.float32]
    """n inverse document frequencies, 0 for function words."""
    own: Flags
    """n flags: the reporter's own words, not those of somebody who is quoted."""
    plain: Flags
    """n flags: content words that are neither names nor numbers."""
    function: Flags
    """n flags: function words."""
    sentences: NDArray[np.int32]
    """m + 1 word positions."""
    sentence_weights: NDArray[np.float32]
    """m sums over the distinct content words of each sentence."""
    vocabulary: NDArray[np.uint32]
    """v sorted content stems."""
    vocabulary_weights: NDArray[np.float32]
    entries: tuple[NDArray[np.intp], NDArray[np.intp]]
    """(sentence, place in the vocabulary) of each content word, each pair once."""
    views: Views
    """By the names in ``VIEWS``."""
    outline: Outline
    sequences: dict[str, list[int]]
    """By the names in ``SEQUENCES``: stems in order, for longest common subsequences."""

    def __len__(self) -> int:
        return len(self.text)

    @cached_property
    def stems_of_sentences(self) -> list[SentenceStems]:
        """One a sentence. Made only when the text is measured: most are not."""
        own_plain = self.plain & self.own
        flags = (self.text.content, own_plain | (self.function & self.own), own_plain, self.plain)
        content, wording, own, plain = map(self._stems_by_sentence, flags)
        return list(map(SentenceStems, content, wording, own, map(frozenset, plain)))

    def _stems_by_sentence(self, flags: Flags) -> list[list[int]]:
        bounds = self.sentences[1:-1]
        parts = zip(np.split(self.text.stems, bounds), np.split(flags, bounds), strict=True)
        return [stems[chosen].tolist() for stems, chosen in parts]


def profile(text: PreparedText, rarity: Rarity) -> Profile:
    """Weigh and index ``text``; a text without words gives empty arrays."""
    weights = rarity.weigh(text)
    sentences = _at_most(text.sentences, MOST_SENTENCES)
    sentence_of = np.repeat(np.arange(len(sentences) - 1), np.diff(sentences))
    names = _names(text)
    own, function = ~text.spoken, ~text.content
    plain = text.content & ~names & ~text.numbers
    vocabulary, first, place = np.unique(text.stems[text.content], return_index=True, return_inverse=True)
    vocabulary_weights = weights[text.content][first]
    cells = np.unique(sentence_of[text.content] * max(1, len(vocabulary)) + place)
    holders, held = np.divmod(cells, max(1, len(vocabulary)))
    views = _views(text, weights, own, plain, function, names)
    return Profile(
        text=text,
        weights=weights,
        own=own,
        plain=plain,
        function=function,
        sentences=sentences,
        sentence_weights=np.bincount(holders, vocabulary_weights[held], len(sentences) - 1).astype(np.float32),
        vocabulary=vocabulary,
        vocabulary_weights=vocabulary_weights,
        entries=(holders, held),
        views=views,
        outline=Outline.of(views["content"], views["trigrams"]),
        sequences={
            name: text.stems[mask].tolist()
            for name, mask in zip(
                SEQUENCES,
                (text.content, text.content & own, plain & own, own, np.True_ | own, names | text.numbers),
                strict=True,
            )
        },
    )


SEQUENCES = ("content", "own_content", "own_plain", "own_words", "all_words", "facts")

VIEWS = (
    "bigrams", "trigrams", "fourgrams", "fivegrams", "sevengrams", "own_trigrams", "own_fourgrams", "spoken_trigrams",
    "spoken_fourgrams", "own_wording_trigrams", "own_wording_pairs", "function_trigrams", "content", "plain",
    "own_plain", "names", "numbers", "rare_plain", "spoken", "content_pairs", "own_plain_pairs",
)  # fmt: skip


def _views(  # noqa: PLR0913 - the views
    text: PreparedText, weights: NDArray[np.float32], own: Flags, plain: Flags, function: Flags, names: Flags
) -> Views:
    words, stems, spoken = text.words, text.stems, text.spoken
    everywhere = np.ones(len(text), np.bool_)
    wording = (function | plain) & own
    values = (
        *(_runs(words, everywhere, size) for size in (2, 3, 4, 5, 7)),
        *(_runs(words, own, size) for size in (3, 4)),
        *(_runs(words, spoken, size) for size in (3, 4)),
        _runs(words, wording, 3),
        _runs(stems, wording, 2),
        _runs(words[function & own], everywhere[function & own], 3),
        Keys.distinct(stems[text.content], weights[text.content]),
        Keys.distinct(stems[plain], weights[plain]),
        Keys.distinct(stems[plain & own], weights[plain & own]),
        Keys.distinct(stems[names], weights[names]),
        Keys.distinct(words[text.numbers]),
        Keys.distinct(stems[plain & (weights > RARE)]),
        Keys.distinct(stems[spoken & text.content], weights[spoken & text.content]),
        _runs(stems[text.content], everywhere[text.content], 2),
        _runs(stems[plain & own], everywhere[plain & own], 2),
    )
    return Views.of(dict(zip(VIEWS, values, strict=True)))


def _runs(hashes: NDArray[np.uint32], mask: Flags, size: int) -> Keys:
    """Distinct runs of ``size`` words that lie wholly within ``mask``."""
    grams = ngram_hashes(hashes, size)
    inside = np.ones(len(grams), np.bool_)
    for shift in range(size):
        inside &= mask[shift : shift + len(grams)]
    return Keys.distinct(grams[inside])


def _names(text: PreparedText) -> Flags:
    """Words in capitals elsewhere than at the beginning of a sentence, and the same words there."""
    opening = np.zeros(len(text), np.bool_)
    opening[text.sentences[:-1]] = True
    certain = text.capitals & ~opening
    return certain | (text.capitals & np.isin(text.stems, text.stems[certain]))


def _at_most(sentences: NDArray[np.int32], most: int) -> NDArray[np.int32]:
    step = -(-(len(sentences) - 1) // most)
    return sentences if step <= 1 else np.append(sentences[:-1:step], sentences[-1])


def ngram_hashes(hashes: NDArray[np.uint32], n: int) -> NDArray[np.uint64]:
    """Polynomial hashes of the ``max(0, len - n + 1)`` runs of ``n`` words, in order."""
    count = max(0, len(hashes) - n + 1)
    rolled = np.zeros(count, np.uint64)
    for shift in range(n):
        rolled = rolled * _MULTIPLIER + hashes[shift : shift + count]
    return rolled
