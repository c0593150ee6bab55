"""Make profiles: by the compiled kernels, or in Python."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats32, Hashes32, is_new
from wirematch.cancellation import safepoint
from wirematch.kernels.forms.candidates import form_records
from wirematch.kernels.forms.form import Form
from wirematch.kernels.index.records import ReadRecord
from wirematch.kernels.pairs.measuring import MeasuredText
from wirematch.kernels.text.prepared_text import TextTable
from wirematch.kernels.text.skeleton import TextBlock
from wirematch.matching.profiles.phrases import Phrases
from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.profiles.screening import Outline
from wirematch.matching.profiles.text_profile import MOST_SENTENCES, Profile
from wirematch.matching.runs import ngram_hashes
from wirematch.text.blocks import BlockText
from wirematch.text.english import ENGLISH_SHARE
from wirematch.text.kernel_vocabulary import current_vocabulary
from wirematch.text.prepared import PreparedText


class FormedProfile(Profile):
    """A profile made by the compiled kernels; arrays over their memory are created on demand."""

    def __init__(self, form: Form, strange_weight: float, **known: object) -> None:
        """``known`` are further attributes, among them the text or what it is made from."""
        # A frozen dataclass refuses assignment. These attributes are read in every comparison.
        known["form"], known["strange_weight"] = form, strange_weight
        known["size"], known["strange"] = form.size, form.strange
        object.__setattr__(self, "__dict__", known)

    @property
    def measured(self) -> MeasuredText | None:
        """See Profile."""
        return self.__dict__["form"].measured  # type: ignore[no-any-return]  # a form

    @property
    def kernels(self) -> Form:
        """The form, never None here."""
        form: Form = self.__dict__["form"]
        return form

    @cached_property
    def weights(self) -> Floats32:
        return self.kernels.part(self.kernels.native.given.weights, np.float32, len(self))

    @cached_property
    def vocabulary(self) -> Hashes32:
        given = self.kernels.native.given
        return self.kernels.part(given.vocabulary, np.uint32, given.vocabulary_size)

    @cached_property
    def vocabulary_weights(self) -> Floats32:
        given = self.kernels.native.given
        return self.kernels.part(given.vocabulary_weights, np.float32, given.vocabulary_size)

    @cached_property
    def vocabulary_places(self) -> NDArray[np.uint32]:
        given = self.kernels.native.given
        return self.kernels.part(given.vocabulary_places, np.uint32, given.content_count)

    @cached_property
    def outline(self) -> Outline:
        found = self.kernels.native.outline
        trigrams = found.count - found.content
        weights = np.concatenate((self.vocabulary_weights, np.ones(trigrams, np.float32)))
        slots = self.kernels.part(found.slots, np.uint32, found.count)
        return Outline(slots, weights, found.content, (found.content_weight, found.trigrams))

    @cached_property
    def phrases(self) -> Phrases:
        """See Profile."""
        found, part = self.kernels.native.phrases, self.kernels.part
        return Phrases(
            part(found.keys, np.uint32, found.count),
            part(found.own, np.bool_, found.count),
            part(found.spoken, np.bool_, found.count),
            part(found.fours, np.uint32, found.four_count),
            (found.own_sizes[0], found.own_sizes[1]),
            part(found.sample, np.uint32, found.sample_count),
        )

    @property
    def speech(self) -> float:
        """See Profile."""
        return self.kernels.speech

    @property
    def own_threes(self) -> int:
        """See Profile."""
        own: int = self.kernels.native.phrases.own_sizes[0]
        return own


class RecordProfile(FormedProfile):
    """Profile of a stored record's text; never one with disguised letters."""

    disguised = False

    @cached_property
    def text(self) -> PreparedText:  # rarely needed
        """See Profile."""
        known, text = self.__dict__, self.kernels.text
        assert isinstance(text, TextBlock)  # as every record's
        return BlockText.of(text, known["length"], known["record"].skeleton)


def profile(text: PreparedText, rarity: Rarity) -> Profile:
    """Make the profile of ``text``; without words, its arrays are empty. Raises CancelledWorkError."""
    safepoint()
    table = text.block or _table(text)
    form = Form.of(table, *rarity.for_kernel(text), MOST_SENTENCES) if table is not None else None
    if form is None:
        return profile_in_python(text, rarity)
    return FormedProfile(form, rarity.strange_weight(text), text=text)


def profiles_of(records: Sequence[ReadRecord], rarity: Rarity) -> list[Profile | None]:
    """Make profiles of stored records from their skeletons; None for each that Python has to read."""
    vocabulary = current_vocabulary()
    if vocabulary is None:
        return [None] * len(records)
    formed = form_records(records, vocabulary, rarity.english, ENGLISH_SHARE, MOST_SENTENCES)
    ceiling = rarity.ceiling
    return [
        one and RecordProfile(one[0], ceiling, length=one[1], record=record)
        for record, one in zip(records, formed, strict=True)
    ]


def _table(text: PreparedText) -> TextTable | None:
    flags = text.content, text.spoken, text.capitals, text.numbers, text.unspaced
    return TextTable.of((text.words, text.stems, text.parts), flags, text.sentences)


def profile_in_python(text: PreparedText, rarity: Rarity) -> Profile:
    """Reference implementation of the kernel."""
    weights = rarity.weigh(text)
    stems = text.stems[text.content]
    order = np.argsort(stems, kind="stable")
    ordered = stems[order]
    new = is_new(ordered)
    vocabulary, vocabulary_weights = ordered[new], weights[text.content][order[new]]
    places = np.empty(len(stems), np.uint32)
    places[order] = np.cumsum(new) - 1
    return Profile(
        text=text,
        weights=weights,
        vocabulary=vocabulary,
        vocabulary_weights=vocabulary_weights,
        vocabulary_places=places,
        outline=Outline.of(vocabulary, vocabulary_weights, ngram_hashes(text.words, 3)),
        strange_weight=rarity.strange_weight(text),
    )
