from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from wirematch.matching.compare import PreparedArticle
from wirematch.matching.fast_decision import StoryDecision, decide_without_evidence
from wirematch.matching.judge import judge
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Decision, Relation


def sides(*articles: dict) -> list[PreparedArticle]:
    return [default_comparer().prepare(Article.model_validate(article)) for article in articles]


def decided(submission: dict, *stories: dict) -> StoryDecision:
    side, *others = sides(submission, *stories)
    return decide_without_evidence(default_comparer(), side, others)


def moved(article: dict, article_id: str, hours: float) -> dict:
    published = datetime.fromisoformat(article["published_at"]) + timedelta(hours=hours)
    return article | {"id": article_id, "published_at": published.isoformat()}


@pytest.mark.parametrize("kind", ["copy", "rewrite", "excerpt", "independent"])
def test_it_says_what_the_judge_says(stories, kind):
    wires = [story["wire"] for story in stories.values()]
    for name, story in stories.items():
        later = moved(story["wire"], f"{name}-later", 48)
        submission, *others = sides(story[kind], *wires, later)

        verdict = judge(default_comparer(), submission, others, include_related=False, limit=100)
        fast = decide_without_evidence(default_comparer(), submission, others)

        assert (fast.decision, fast.why) == (verdict.decision, verdict.why)
        assert [kin.story.id for kin in fast.sources][:1] == [match.id for match in verdict.matches][:1]
        assert len(fast.sources) == sum(1 + len(match.versions) for match in verdict.matches)
        assert [(kin.story.id, kin.relation, kin.probability) for kin in fast.followers] == [
            (match.id, match.relation, match.probability) for match in verdict.pickups
        ]


def test_what_only_the_storys_own_coverage_tells_apart_is_told_apart(bridge):
    wire = bridge["wire"]
    longer = wire | {"id": "longer", "body": wire["body"] + "\n\nFerries sail again on Sunday, the harbour said."}
    copy = wire | {"id": "copy"}

    for order in permutations([longer, wire]):
        assert [kin.story.id for kin in decided(copy, *order).sources] == [wire["id"], "longer"]


def test_of_equals_the_first_leads(bridge):
    twins = [bridge["wire"] | {"id": name} for name in ("a", "b", "c")]

    assert [kin.story.id for kin in decided(bridge["copy"], *twins).sources] == ["a", "b", "c"]


def test_a_story_published_later_follows(bridge):
    late = moved(bridge["wire"], "late", 1_000)
    fast = decided(bridge["rewrite"], late)

    assert (fast.decision, fast.sources) == (Decision.NEW, [])
    assert [(kin.story.id, kin.relation in {Relation.REWRITE, Relation.COPY}) for kin in fast.followers] == [
        ("late", True)
    ]


def test_too_short_to_tell():
    fast = decided({"body": "A barge hit the bridge."}, {"body": "Wheat prices rose again."})

    assert fast.decision is Decision.UNDECIDED
    assert "5 words" in (fast.why or "")
    assert decided({"body": "A barge hit the bridge."}, {"id": "x", "body": "A barge hit the bridge."}).why is None
