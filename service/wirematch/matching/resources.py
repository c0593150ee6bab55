"""The two files that comparing rests on, both made by ``python -m bench train``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from wirematch.matching.compare import Comparer
from wirematch.matching.model import DerivationModel
from wirematch.matching.rarity import Rarity

MODEL_FILE = "derivation.json"
FREQUENCIES_FILE = "english_frequencies.tsv"


@cache
def default_comparer() -> Comparer:
    """The comparer with the model and the word table that ship with this package."""
    folder = files("wirematch.matching")
    return Comparer(
        DerivationModel.from_json((folder / MODEL_FILE).read_text(encoding="utf-8")),
        Rarity.from_tsv((folder / FREQUENCIES_FILE).read_text(encoding="utf-8")),
    )
