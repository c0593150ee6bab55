"""The shipped model and word counts, both made by ``python -m bench train``, and the comparers built on them."""

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
    """The shipped model. To use another ``DecisionModel``, pass it to the comparer here."""
    return DerivationModel.from_json((_FOLDER / MODEL_FILE).read_text(encoding="utf-8"))


@cache
def default_comparer() -> Comparer:
    """A comparer with the shipped model and word table."""
    return Comparer(default_model(), Rarity(*english_story_counts()))


@cache
def model_digest() -> str:
    """Digest of the shipped model; a tuning is valid for one model only."""
    return hashlib.sha256((_FOLDER / MODEL_FILE).read_bytes()).hexdigest()[:16]


def comparer_with(
    source_names: Mapping[str, Sequence[str]] | None, tuning: Tuning | None = None, threshold: float | None = None
) -> Comparer:
    """Return a comparer with additional source names and a desk's tuning.

    ``threshold`` overrides that of the tuning. Raises ValueError if the tuning was made for another model.
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
