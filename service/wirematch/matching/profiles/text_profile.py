"""What comparing needs of one text, computed once and used against every candidate; ``profile`` makes it.

A text has several views, because shared words mean different things: a reporter's own words or quotations, names and
numbers (facts that any reporter has) or the plain words around them (one reporter's choice).
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
from wirematch.kernels.forms.form import Form
from wirematch.kernels.pairs.measuring import MeasuredText
from wirematch.kernels.pairs.sentences import Side
from wirematch.matching.profiles.phrases import Phrases, within
from wirematch.matching.profiles.screening import Outline
from wirematch.matching.profiles.views import Views
from wirematch.matching.runs import Seeds, longer_ngrams, ngram_hashes
from wirematch.text.prepared import PreparedText

MOST_SENTENCES = 1_000
"""In a text with more, neighbouring sentences are merged, so that tables of sentence pairs stay small."""
MOST_IN_ORDER = 8_192
"""Words of a sequence that are compared in order, which takes time proportional to the product of both lengths; later
words are ignored. Nearly all articles have fewer."""


@dataclass(frozen=True, eq=False)
class Profile:
    """A prepared text of ``n`` words in ``m`` sentences, with ``v`` distinct content words.

    What only measuring and aligning need is computed on demand: most stories are only screened.
    """

    text: PreparedText
    weights: NDArray[np.float32]
    """n inverse document frequencies, 0 for function words."""
    vocabulary: NDArray[np.uint32]
    """v sorted content stems."""
    vocabulary_weights: NDArray[np.float32]
    vocabulary_places: NDArray[np.uint32]
    """Index into the vocabulary of each content word, in the text's order."""
    outline: Outline
    strange_weight: float = math.inf
    """Weight of a word that the rarity table does not list; see ``Rarity``."""

    @cached_property
    def form(self) -> Form | None:
        """The profile for the compiled kernels; None on the Python path."""
        return None

    @property
    def measured(self) -> MeasuredText | None:
        """What the compiled kernels need for measuring and aligning; None on the Python path."""
        form = self.form
        return form.measured if form is not None else None

    @cached_property
    def size(self) -> int:
        """Number of words, n."""
        return len(self.text)

    def __len__(self) -> int:
        return self.size

    @cached_property
    def own(self) -> Flags:
        """N flags: words outside quotations."""
        return ~self.text.spoken

    @cached_property
    def function(self) -> Flags:
        """N flags: function words."""
        return ~self.text.content

    @cached_property
    def names(self) -> Flags:
        """N flags: words capitalized within a sentence, and the same stems capitalized at the start of one."""
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
        """Share of plain words, none in capitals, that the rarity table does not list; 0 without a table."""
        plain = self.text.content & ~(self.text.capitals | self.text.numbers | self.text.unspaced)
        return float((self.weights[plain] >= np.float32(self.strange_weight)).mean()) if plain.any() else 0.0

    @property
    def disguised(self) -> bool:
        """See ``PreparedText``."""
        return self.text.disguised

    @cached_property
    def own_before(self) -> NDArray[np.intp]:
        """N + 1 counts: words outside quotations before each word, and in all."""
        return _counts_before(self.own)

    @cached_property
    def speech(self) -> float:
        """Share of the words within quotations."""
        return int(np.count_nonzero(self.text.spoken)) / len(self) if len(self) else 0.0

    @cached_property
    def log_length(self) -> float:
        """log(1 + n)."""
        return math.log1p(len(self))

    @cached_property
    def sentences(self) -> NDArray[np.int32]:
        """M + 1 word positions: where each sentence begins, then n."""
        return _at_most(self.text.sentences, MOST_SENTENCES)

    @cached_property
    def parts(self) -> list[int]:
        """N numbers, one for each word, that increase wherever furniture was removed between two words."""
        parts: list[int] = self.text.parts.tolist()
        return parts

    @cached_property
    def entries(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Distinct pairs of a sentence and the vocabulary index of a content word in it."""
        sentence_of = np.repeat(np.arange(len(self.sentences) - 1), np.diff(self.sentences))
        width = max(1, len(self.vocabulary))
        cells = sentence_of[self.text.content] * width + self.vocabulary_places
        cells.sort()
        holders, held = np.divmod(cells[is_new(cells)], width)
        return holders, held

    @cached_property
    def sentence_weights(self) -> NDArray[np.float32]:
        """M sums of the weights of the distinct content words of each sentence."""
        holders, held = self.entries
        return np.bincount(holders, self.vocabulary_weights[held], len(self.sentences) - 1).astype(np.float32)

    @cached_property
    def sentence_shares(self) -> Floats64:
        """Sentence weights divided by their sum."""
        weights = self.sentence_weights.astype(np.float64)
        total = float(weights.sum())  # exact, as of all sums of weights
        return weights / total if total > 0 else weights

    @cached_property
    def seeds(self) -> Seeds:
        """Index for the search for runs."""
        return Seeds.of(self.text.words)

    @cached_property
    def phrases(self) -> Phrases:
        """Phrases, for comparison with other articles on the event."""
        return Phrases.in_python(self.text.words, self.text.spoken)

    @property
    def own_threes(self) -> int:
        """Number of distinct phrases of three words outside quotations."""
        return self.phrases.own_sizes[0]

    @cached_property
    def side(self) -> Side | None:
        """Sentences and words for the compiled kernels; None on the Python path."""
        measured = self.measured  # read once: what is held must be what is pointed to
        if measured is not None:
            return Side(measured.side, len(self.sentences) - 1, len(self), (measured,))
        text, entries = self.text, self.entries
        of_vocabulary = self.vocabulary, self.vocabulary_weights, entries, self.sentence_weights
        return Side.of(*of_vocabulary, self.sentences, text.stems, self.weights, text.parts)

    @cached_property
    def views(self) -> Views:
        """The views in ``VIEWS``, by name."""
        return Views.gather(dict(zip(VIEWS, _views(self), strict=True)))

    @cached_property
    def sequences(self) -> dict[str, list[int]]:
        """The first ``MOST_IN_ORDER`` stems of each of ``SEQUENCES``, for longest common subsequences."""
        content = self.text.content
        found = {
            "content": self._chosen(content),
            "all_words": self.stems[:MOST_IN_ORDER],
            "facts": self._chosen(self.names | self.text.numbers),
        }
        if self.speech:
            found["own_content"] = self._chosen(content & self.own)
        else:  # the same object, so that it is compared once
            found["own_content"] = found["content"]
        return {name: found[name] for name in SEQUENCES}

    @cached_property
    def words_of_sentences(self) -> list[frozenset[int]]:
        """The distinct stems of each sentence, function words included."""
        return [frozenset(self.stems[first:last]) for first, last in pairwise(self.sentences.tolist())]

    @cached_property
    def stems(self) -> list[int]:
        """N stems. All lists of stems share these int objects, which would otherwise be most of a text's memory."""
        stems: list[int] = self.text.stems.tolist()
        return stems

    def _chosen(self, flags: Flags) -> list[int]:
        return list(islice(compress(self.stems, flags.tolist()), MOST_IN_ORDER))


SEQUENCES = ("content", "own_content", "all_words", "facts")

VIEWS = ("bigrams", "own_trigrams", "own_wording_pairs", "names", "numbers", "content_pairs", "own_plain_pairs")


ViewWords = tuple[NDArray[np.unsignedinteger], NDArray[np.float32] | None]


def _views(side: Profile) -> Iterator[ViewWords]:
    """Yield the hashes of each of ``VIEWS``, with weights where rarity counts."""
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
