"""From what was found to a decision, with the evidence and without."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from support.stored_stories import SCHEME, stored
from wirematch.detection.decision import (
    NEW,
    Submission,
    SubmissionDecider,
    came_after,
    is_certainly_new,
    others,
)
from wirematch.detection.retrieval import Retrieved
from wirematch.fingerprint.minhash import fingerprint_many
from wirematch.fingerprint.ranking import Ranking
from wirematch.index.protocol import Lookup, Record
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Decision, Relation


@pytest.fixture
def decider() -> SubmissionDecider:
    return SubmissionDecider(default_comparer(), 10)


def submitted(entry: Record) -> Submission:
    [fingerprint] = fingerprint_many([entry.body], SCHEME)
    return Submission(entry.article, fingerprint, entry.number, entry.article.stored_at)


def found(*entries: Record) -> Retrieved:
    nothing = Ranking(np.empty(0, np.uint64), np.empty(0))
    return Retrieved(Lookup(nothing, len(entries)), list(entries), len(entries), partial=False)


@pytest.mark.parametrize("explain", [True, False])
@pytest.mark.parametrize(
    ("kind", "decision"),
    [("copy", Decision.DUPLICATE), ("rewrite", Decision.REWRITE), ("excerpt", Decision.PARTIAL)],
)
def test_with_and_without_the_evidence_the_decision_is_the_same(decider, story, explain, kind, decision):
    decided = decider.settle_one(submitted(stored(2, story[kind])), [stored(1, story["wire"])], explain=explain)

    assert (decided.decision, decided.original_id) == (decision, story["wire"]["id"])
    assert (decided.verdict is None) is not explain
    assert [source.id for source in decided.sources] == [story["wire"]["id"]]


def test_what_stands_alone_is_new_without_being_cleaned(decider, bridge):
    submission = submitted(stored(1, bridge["wire"]))

    assert is_certainly_new(submission, [])
    assert not is_certainly_new(submission, [stored(2, bridge["copy"])])
    assert not is_certainly_new(submitted(stored(1, {"id": "a", "body": "Four died."})), [])
    assert decider.judge(submission, []) is NEW


def test_of_equal_ones_in_a_batch_the_first_is_new_and_each_copies_one_before_it(decider, bridge):
    body = {"body": bridge["wire"]["body"]}
    entries = [stored(number, body | {"id": f"a{number}"}) for number in range(3)]
    decided = decider.settle(
        [submitted(entry) for entry in entries],
        [found(*entries[:number]) for number in range(3)],
        drop_duplicates=False,
        explain=False,
    )

    assert [one.decision for one in decided] == [Decision.NEW, Decision.DUPLICATE, Decision.DUPLICATE]
    assert decided[1].original_id == "a0"
    assert decided[2].original_id in {"a0", "a1"}


def test_what_is_dropped_is_nobodys_original(decider, bridge):
    body = {"body": bridge["wire"]["body"]}
    entries = [stored(number, body | {"id": f"a{number}"}) for number in range(3)]
    nearest_first = [found(), found(entries[0]), found(entries[1], entries[0])]
    decided = decider.settle(
        [submitted(entry) for entry in entries], nearest_first, drop_duplicates=True, explain=False
    )

    assert decided[2].original_id == "a0"


def test_a_late_wire_story_has_followers_and_no_source(decider, bridge):
    early = [stored(number, bridge[kind]) for number, kind in enumerate(("copy", "rewrite", "excerpt"), 1)]
    decided = decider.settle_one(submitted(stored(9, bridge["wire"])), early)

    assert (decided.decision, decided.original_id) == (Decision.NEW, None)
    assert [follower.id for follower in decided.followers] == [bridge["copy"]["id"], bridge["rewrite"]["id"]]
    assert set(decided.pickups) == {bridge[kind]["id"] for kind in ("copy", "rewrite", "excerpt")}


def test_nothing_is_told_to_clusters_where_nothing_derives(decider, bridge):
    submission = submitted(stored(1, bridge["wire"]))
    alone = decider.settle_one(submission, [])

    assert alone.cluster_update(submission, stays=True) is None
    assert alone.cluster_update(submission, stays=True, changed=True) is not None
    excerpt = submitted(stored(2, bridge["excerpt"]))
    update = decider.settle_one(excerpt, [stored(1, bridge["wire"])]).cluster_update(excerpt, stays=True)
    assert update is not None
    assert not update.stays  # passages make no member
    assert [source.relation for source in update.sources] == [Relation.PARTIAL]


def test_an_article_is_not_compared_with_itself(bridge):
    entries = [stored(1, bridge["wire"]), stored(2, bridge["copy"])]
    again = Submission(Article.model_validate(bridge["wire"]), submitted(entries[0]).fingerprint)

    assert others(entries, again) == entries[1:]


def test_what_comes_after_goes_by_publication_and_else_by_storing():
    story = stored(5, {"id": "story", "body": "x", "published_at": "2026-03-03T10:00:00Z"})
    earlier = stored(9, {"id": "earlier", "body": "x", "published_at": "2026-03-03T09:00:00Z"})
    later = stored(1, {"id": "later", "body": "x", "published_at": "2026-03-03T11:00:00Z"})
    untimed = [stored(number, {"id": f"u{number}", "body": "x"}) for number in (4, 6)]
    same = stored(7, {"id": "same", "body": "x", "published_at": story.article.published_at + timedelta(0)})

    after = came_after([story, earlier, later, *untimed, same], story)
    assert [entry.article.id for entry in after] == ["later", "u6", "same"]
