"""What comparing needs of one text, computed once and used against every candidate; ``profile`` makes it.

A text is looked at in several views, because what is shared says different things: the reporter's own words or those
of speakers, names and numbers (facts that any reporter has) or the plain words around them (choices of one).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import compress, islice, pairwise

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags, Floats64, is_new
from wirematch.kernels.form import Form
from wirematch.kernels.measuring import MeasuredText
from wirematch.kernels.sentences import Side
from wirematch.matching.pairs.runs import Seeds, longer_ngrams, ngram_hashes
from wirematch.matching.profiles.phrases import Phrases, within
from wirematch.matching.profiles.views import Views
from wirematch.matching.screening import Outline
from wirematch.text.prepared import PreparedText

MOST_SENTENCES = 1_000
"""Further ones are taken together, so that tables of sentence pairs stay small whatever the text."""
MOST_IN_ORDER = 8_192
"""Words of a kind that are looked at for their order, which takes the product of two texts' words; others are not.
Nearly all articles have fewer."""


@dataclass(frozen=True, eq=False)
class Profile:
    """A prepared text of ``n`` words in ``m`` sentences, with ``v`` distinct content words, from all sides.

    What only measuring and aligning need is made when it is first asked for: most stories are screened and no more.
    """

    text: PreparedText
    weights: NDArray[np.float32]
    """n inverse document frequencies, 0 for function words."""
    vocabulary: NDArray[np.uint32]
    """v sorted content stems."""
    vocabulary_weights: NDArray[np.float32]
    vocabulary_places: NDArray[np.uint32]
    """Of each content word, in the text's order, its place in the vocabulary."""
    outline: Outline
    strange_weight: float = math.inf
    """What a word weighs that no list has."""

    @cached_property
    def form(self) -> Form | None:
        """The same for the compiled kernels; None on the Python path."""
        return None

    @property
    def measured(self) -> MeasuredText | None:
        """All that the compiled kernels measure and align by; None on the Python path."""
        form = self.form
        return form.measured if form is not None else None

    @cached_property
    def size(self) -> int:
        """N."""
        return len(self.text)

    def __len__(self) -> int:
        return self.size

    @cached_property
    def own(self) -> Flags:
        """N flags: the reporter's own words, not those of somebody who is quoted."""
        return ~self.text.spoken

    @cached_property
    def function(self) -> Flags:
        """N flags: function words."""
        return ~self.text.content

    @cached_property
    def names(self) -> Flags:
        """N flags: words in capitals elsewhere than at the beginning of a sentence, and the same words there."""
        capitals, stems = self.text.capitals, self.text.stems
        certain = capitals.copy()
        certain[self.text.sentences[:-1]] = False
        opening = np.flatnonzero(capitals & ~certain)
        known = set(stems[certain].tolist())
        names = certain.copy()
        names[opening] = [stem in known for stem in stems[opening].tolist()]
        return names

    @cached_property
    def plain(self) -> Flags:
        """N flags: content words that are neither names nor numbers."""
        return self.text.content & ~(self.names | self.text.numbers)

    @cached_property
    def strange(self) -> float:
        """Share of the plain words that no list has, whether or not they begin a sentence; 0 without a list."""
        plain = self.text.content & ~(self.text.capitals | self.text.numbers | self.text.unspaced)
        return float((self.weights[plain] >= np.float32(self.strange_weight)).mean()) if plain.any() else 0.0

    @property
    def disguised(self) -> bool:
        """Whether letters of it were told from one another only as well as that goes."""
        return self.text.disguised

    @cached_property
    def own_before(self) -> NDArray[np.intp]:
        """N + 1 counts of the reporter's own words before each word, and in all."""
        return _counts_before(self.own)

    @cached_property
    def speech(self) -> float:
        """Share of the words that somebody is quoted with."""
        return int(np.count_nonzero(self.text.spoken)) / len(self) if len(self) else 0.0

    @cached_property
    def log_length(self) -> float:
        """log(1 + n)."""
        return math.log1p(len(self))

    @cached_property
    def sentences(self) -> NDArray[np.int32]:
        """M + 1 word positions."""
        return _at_most(self.text.sentences, MOST_SENTENCES)

    @cached_property
    def parts(self) -> list[int]:
        """N numbers that grow wherever furniture was left out between two words."""
        parts: list[int] = self.text.parts.tolist()
        return parts

    @cached_property
    def entries(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """(sentence, place in the vocabulary) of each content word, each pair once."""
        sentence_of = np.repeat(np.arange(len(self.sentences) - 1), np.diff(self.sentences))
        width = max(1, len(self.vocabulary))
        cells = sentence_of[self.text.content] * width + self.vocabulary_places
        cells.sort()
        holders, held = np.divmod(cells[is_new(cells)], width)
        return holders, held

    @cached_property
    def sentence_weights(self) -> NDArray[np.float32]:
        """M sums over the distinct content words of each sentence."""
        holders, held = self.entries
        return np.bincount(holders, self.vocabulary_weights[held], len(self.sentences) - 1).astype(np.float32)

    @cached_property
    def sentence_shares(self) -> Floats64:
        """The same as shares of their sum."""
        weights = self.sentence_weights.astype(np.float64)
        total = float(weights.sum())  # exact, as of all sums of weights
        return weights / total if total > 0 else weights

    @cached_property
    def seeds(self) -> Seeds:
        """For the search for runs."""
        return Seeds.of(self.text.words)

    @cached_property
    def phrases(self) -> Phrases:
        """For telling what an event's articles share."""
        return Phrases.in_python(self.text.words, self.text.spoken)

    @property
    def own_threes(self) -> int:
        """How many phrases of three words stand in the reporter's own words."""
        return self.phrases.own_sizes[0]

    @cached_property
    def side(self) -> Side | None:
        """For the compiled kernels; None on the Python path."""
        measured = self.measured  # once, as what is held must be what is pointed to
        if measured is not None:
            return Side(measured.side, len(self.sentences) - 1, len(self), (measured,))
        text, entries = self.text, self.entries
        of_vocabulary = self.vocabulary, self.vocabulary_weights, entries, self.sentence_weights
        return Side.of(*of_vocabulary, self.sentences, text.stems, self.weights, text.parts)

    @cached_property
    def views(self) -> Views:
        """By the names in ``VIEWS``."""
        return Views.gather(dict(zip(VIEWS, _views(self), strict=True)))

    @cached_property
    def sequences(self) -> dict[str, list[int]]:
        """By the names in ``SEQUENCES``: the first stems in order, for longest common subsequences."""
        content = self.text.content
        found = {
            "content": self._chosen(content),
            "all_words": self.stems[:MOST_IN_ORDER],
            "facts": self._chosen(self.names | self.text.numbers),
        }
        if self.speech:
            found["own_content"] = self._chosen(content & self.own)
        else:  # the very list: what is the same need not be compared twice
            found["own_content"] = found["content"]
        return {name: found[name] for name in SEQUENCES}

    @cached_property
    def words_of_sentences(self) -> list[frozenset[int]]:
        """The distinct stems of each sentence, whatever they are."""
        return [frozenset(self.stems[first:last]) for first, last in pairwise(self.sentences.tolist())]

    @cached_property
    def stems(self) -> list[int]:
        """N stems. All lists of stems hold these very numbers, which would else be most of what a text takes."""
        stems: list[int] = self.text.stems.tolist()
        return stems

    def _chosen(self, flags: Flags) -> list[int]:
        return list(islice(compress(self.stems, flags.tolist()), MOST_IN_ORDER))


SEQUENCES = ("content", "own_content", "all_words", "facts")

VIEWS = ("bigrams", "own_trigrams", "own_wording_pairs", "names", "numbers", "content_pairs", "own_plain_pairs")


ViewWords = tuple[NDArray[np.unsignedinteger], NDArray[np.float32] | None]


def _views(side: Profile) -> Iterator[ViewWords]:
    """What each of the views finds, with weights where rarity counts."""
    text, weights, own, plain = side.text, side.weights, side.own, side.plain
    words, stems = text.words, text.stems
    pairs = ngram_hashes(words, 2)
    yield pairs, None
    yield longer_ngrams(pairs, words, 2, 3)[within(own, 3)], None
    yield ngram_hashes(stems, 2)[within((side.function | plain) & own, 2)], None
    yield stems[side.names], weights[side.names]
    yield words[text.numbers], None
    yield ngram_hashes(stems[text.content], 2), None
    yield ngram_hashes(stems[plain & own], 2), None


def _counts_before(flags: Flags) -> NDArray[np.intp]:
    counts = np.zeros(len(flags) + 1, np.intp)
    np.cumsum(flags, out=counts[1:])
    return counts


def _at_most(sentences: NDArray[np.int32], most: int) -> NDArray[np.int32]:
    step = -(-(len(sentences) - 1) // most)
    return sentences if step <= 1 else np.append(sentences[:-1:step], sentences[-1])
