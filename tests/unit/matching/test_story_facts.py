from __future__ import annotations

from wirematch.matching.story_facts import match_of, story_facts
from wirematch.models import Article, Coverage, Derivation, Evidence, Relation


def test_a_match_is_the_storys_facts_with_the_evidence():
    evidence = Evidence(
        relation=Relation.REWRITE,
        derivation=Derivation.WHOLLY,
        probability=0.9,
        coverage=Coverage(submission=0.8, story=0.7),
        verbatim=0.3,
        credited=True,
        quoted=0.2,
        passages=[],
    )
    match = match_of(Article(id="a", source="Norwind", body="x y z"), evidence)

    assert match.model_dump(mode="json") == {
        "id": "a",
        "source": "Norwind",
        "headline": None,
        "published_at": None,
        "url": None,
        "opening": "x y z",
        "relation": "rewrite",
        "derivation": "wholly_derived",
        "probability": 0.9,
        "coverage": {"submission": 0.8, "story": 0.7},
        "verbatim": 0.3,
        "credited": True,
        "quoted": 0.2,
        "passages": [],
        "versions": [],
    }


def test_a_headline_needs_no_first_words():
    assert story_facts(Article(id="a", headline="Ferry sinks", body="x y z")) == {
        "id": "a",
        "source": None,
        "headline": "Ferry sinks",
        "published_at": None,
        "url": None,
        "opening": None,
    }
