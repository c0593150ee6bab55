"""What identifies a story to a reader, taken from the article itself."""

from __future__ import annotations

from typing import Any

from wirematch.models import Article, Evidence, Match, StoryFacts
from wirematch.text.markup import first_words


def story_facts(told: Article | StoryFacts) -> dict[str, Any]:
    """Return the fields of StoryFacts; the first words of an article's text stand in for a missing headline."""
    facts = {name: getattr(told, name, None) for name in StoryFacts.model_fields}
    if isinstance(told, Article) and not (told.headline or "").strip():
        facts["opening"] = first_words(told)
    return facts


def match_of(story: Article, evidence: Evidence) -> Match:
    """Combine ``story`` with the evidence of its comparison with a submission."""
    return Match(**story_facts(story), **{name: getattr(evidence, name) for name in Evidence.model_fields})
