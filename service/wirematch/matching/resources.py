"""The model and the counts of words that ship, both made by ``python -m bench train``, and what compares by them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from wirematch.matching.compare import Comparer
from wirematch.matching.credit import known_agencies
from wirematch.matching.model.derivation import DerivationModel
from wirematch.matching.model.tuned import TunedModel, Tuning
from wirematch.matching.profiles.rarity import Rarity
from wirematch.text.frequencies import english_story_counts

MODEL_FILE = "derivation.json"
_FOLDER = files("wirematch.matching.model")


@cache
def default_model() -> DerivationModel:
    """The model that ships with this package. Another one that is a ``DecisionModel`` goes into the comparer here."""
    return DerivationModel.from_json((_FOLDER / MODEL_FILE).read_text(encoding="utf-8"))


@cache
def default_comparer() -> Comparer:
    """The comparer with the model and the word table that ship with this package."""
    return Comparer(default_model(), Rarity(*english_story_counts()))


@cache
def model_digest() -> str:
    """Names the model that ships with this package; a tuning is for one model."""
    return hashlib.sha256((_FOLDER / MODEL_FILE).read_bytes()).hexdigest()[:16]


def comparer_with(
    source_names: Mapping[str, Sequence[str]] | None, tuning: Tuning | None = None, threshold: float | None = None
) -> Comparer:
    """The same, with more names of sources than those that ship, and as a desk tuned it.

    ``threshold`` counts before the tuning's. ValueError when the tuning is for another model.
    """
    usual = default_comparer()
    agencies = known_agencies().also(source_names) if source_names else usual.agencies
    if tuning is None and threshold is None:
        return Comparer(usual.model, usual.rarity, agencies) if source_names else usual
    if tuning is None:
        return Comparer(TunedModel(usual.model, threshold), usual.rarity, agencies)
    if tuning.model != model_digest():
        raise ValueError("it was made for another release's model; run 'wirematch tune' again")
    model = TunedModel(usual.model, threshold or tuning.threshold, tuning.recalibration)
    return Comparer(model, usual.rarity, agencies)
