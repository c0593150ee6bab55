"""Time of each kernel that compares texts and of its Python reference: per text, candidate and pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from wirematch.matching.neighbours.event import Event
from wirematch.matching.pairs.features import FeatureColumns, measure
from wirematch.matching.pairs.sentences import overlap_sentences
from wirematch.matching.profiles.profile import profile, profile_in_python
from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.profiles.text_profile import Profile
from wirematch.matching.resources import default_model
from wirematch.text.frequencies import english_story_counts
from wirematch.text.prepared import PreparedText

Work = Callable[[], object]
Works = dict[str, tuple[int, Work, Work]]
"""Name -> number of texts or pairs in one run, the run by the kernel, the run in Python."""


def word_table() -> Rarity:
    """Return the word table that ships with the package."""
    return Rarity(*english_story_counts())


def of_texts(texts: Sequence[PreparedText], rarity: Rarity) -> Works:
    """Work done once for each text."""
    profiles = [profile(text, rarity) for text in texts]

    def in_python(text: PreparedText) -> object:
        made = profile_in_python(text, rarity)
        return made.outline, made.phrases

    def measured(text: Profile) -> object:
        return text.form.measure() if text.form is not None else None

    def measured_in_python(text: PreparedText) -> object:
        made = profile_in_python(text, rarity)
        return made.views, made.sequences, made.seeds, made.sentence_shares, made.own_before, made.speech

    return {
        "outline and phrases": (
            len(texts),
            lambda: [profile(text, rarity) for text in texts],
            lambda: list(map(in_python, texts)),
        ),
        "views, sequences, seeds, sentences": (
            len(texts),
            lambda: list(map(measured, profiles)),
            lambda: list(map(measured_in_python, texts)),
        ),
    }


def of_candidates(texts: Sequence[PreparedText], rarity: Rarity, candidates: int) -> Works:
    """Work done for all candidates of a submission at once; one run has so many each."""
    profiles = [profile(text, rarity) for text in texts]
    groups = [profiles[first : first + candidates] for first in range(0, len(profiles) - candidates, candidates)]
    for text in profiles:
        _ = text.phrases
    forest = default_model().rewrites
    rows = np.random.default_rng(1).random((candidates, len(forest.names)))
    return {
        f"event of {candidates} texts": (
            len(groups),
            lambda: [Event(group[0], group[1:]).pairs(group[1:]) for group in groups],
            lambda: [Event(group[0], group[1:]).pairs_in_python(group[1:]) for group in groups],
        ),
        f"trees for {candidates} pairs": (
            1,
            lambda: forest.scores(rows),
            lambda: forest.scores_in_python(rows),
        ),
    }


def of_pairs(pairs: Sequence[tuple[Profile, Profile]]) -> Works:
    """All measurements of a pair of texts that have themselves been measured."""
    ordered = [(one, other) if len(one) <= len(other) else (other, one) for one, other in pairs]
    for text in (text for pair in pairs for text in pair):
        _ = text.measured, text.views, text.sequences, text.sentence_shares, text.own_before
    wanted, in_event = FeatureColumns(), np.zeros((len(pairs), 2))
    return {
        "features of a pair": (
            len(pairs),
            lambda: wanted.of(pairs, in_event),
            lambda: [measure(one, other, overlap_sentences(one, other)) for one, other in ordered],
        )
    }
