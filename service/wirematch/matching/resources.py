"""The two files that comparing rests on, both made by ``python -m bench train``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from wirematch.matching.compare import Comparer
from wirematch.matching.credit import known_agencies
from wirematch.matching.model import DerivationModel
from wirematch.matching.rarity import Rarity

MODEL_FILE = "derivation.json"
FREQUENCIES_FILE = "english_frequencies.tsv"
_FOLDER = files("wirematch.matching")


@cache
def default_model() -> DerivationModel:
    """The model that ships with this package. Another one that is a ``DecisionModel`` goes into the comparer here."""
    return DerivationModel.from_json((_FOLDER / MODEL_FILE).read_text(encoding="utf-8"))


@cache
def default_comparer() -> Comparer:
    """The comparer with the model and the word table that ship with this package."""
    return Comparer(default_model(), Rarity.from_tsv((_FOLDER / FREQUENCIES_FILE).read_text(encoding="utf-8")))


def comparer_with(source_names: Mapping[str, Sequence[str]] | None) -> Comparer:
    """The same, with more names of sources than those that ship."""
    usual = default_comparer()
    return Comparer(usual.model, usual.rarity, known_agencies().also(source_names)) if source_names else usual
