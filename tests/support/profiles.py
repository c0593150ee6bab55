"""Profiles of texts by a small table of word counts."""

from __future__ import annotations

from wirematch.matching.profiles.profile import profile
from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.profiles.text_profile import Profile
from wirematch.text.prepare import prepare

RARITY = Rarity(1_000, {"said": 500})


def profiled(*paragraphs: str, rarity: Rarity = RARITY) -> Profile:
    return profile(prepare("\n\n".join(paragraphs)), rarity)
