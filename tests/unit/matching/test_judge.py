from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from wirematch.matching.fast_decision import decide_without_evidence
from wirematch.matching.judge import Verdict, judge
from wirematch.matching.resources import default_comparer
from wirematch.matching.undecided import LEAST_WORDS
from wirematch.models import Article, Decision, Relation, StoredArticle

TIMELESS = {"published_at": None}


def judged(submission: dict, *stories: dict, include_related: bool = False, limit: int = 10) -> Verdict:
    comparer = default_comparer()
    sides = [comparer.prepare(Article.model_validate(article)) for article in (submission, *stories)]
    return judge(comparer, sides[0], sides[1:], include_related=include_related, limit=limit)


def ids(matches) -> list[str]:
    return [match.id for match in matches]


def later(article: dict, hours: float) -> str:
    return (datetime.fromisoformat(article["published_at"]) + timedelta(hours=hours)).isoformat()


@pytest.fixture
def first_version(bridge) -> dict:
    """What the agency sent before it knew the end of the story."""
    body = "\n\n".join(bridge["wire"]["body"].split("\n\n")[:-3])
    return bridge["wire"] | {"id": "version-1", "body": body, "published_at": later(bridge["wire"], -2)}


# Versions


def test_versions_of_one_story_stand_under_the_closest_one(bridge, first_version):
    middle = bridge["wire"] | {
        "id": "version-2",
        "body": "\n\n".join(bridge["wire"]["body"].split("\n\n")[:-2]),
        "published_at": later(bridge["wire"], -1),
    }
    for stories in ([first_version, bridge["wire"], middle], [bridge["wire"], middle, first_version]):
        verdict = judged(bridge["rewrite"], *stories)
        [match] = verdict.matches

        assert match.id == bridge["wire"]["id"]
        assert ids(match.versions) == ["version-2", "version-1"]
        assert all(version.source == "Norwind" for version in match.versions)
        assert match.versions[1].published_at.isoformat() == first_version["published_at"]
        assert match.versions[1].relation in {Relation.REWRITE, Relation.PARTIAL}
        assert verdict.decision is Decision.REWRITE


def test_another_sources_story_is_no_version(bridge, first_version):
    verdict = judged(bridge["rewrite"], bridge["wire"], first_version | {"source": "Calder Wire"})

    assert ids(verdict.matches) == [bridge["wire"]["id"], "version-1"]
    assert [match.versions for match in verdict.matches] == [[], []]


@pytest.mark.parametrize("source", [None, ""])
def test_stories_without_a_source_are_no_versions_of_one_another(bridge, first_version, source):
    verdict = judged(bridge["rewrite"], bridge["wire"] | {"source": source}, first_version | {"source": source})

    assert ids(verdict.matches) == [bridge["wire"]["id"], "version-1"]
    assert [match.versions for match in verdict.matches] == [[], []]


def test_another_story_of_the_same_source_is_no_version(bridge, stories):
    lamps = stories["amber-lamps"]["wire"] | {"source": "Norwind"} | TIMELESS
    both = {"body": bridge["wire"]["body"] + "\n\n" + lamps["body"]}
    verdict = judged(both, bridge["wire"], lamps)

    assert set(ids(verdict.matches)) == {bridge["wire"]["id"], lamps["id"]}
    assert [match.versions for match in verdict.matches] == [[], []]
    assert verdict.decision is Decision.PARTIAL


def test_merely_related_stories_are_never_grouped(bridge, first_version):
    verdict = judged(bridge["independent"], bridge["wire"], first_version, include_related=True)

    assert set(ids(verdict.matches)) == {bridge["wire"]["id"], "version-1"}
    assert [match.versions for match in verdict.matches] == [[], []]


# Direction


@pytest.mark.parametrize("kind", ["copy", "rewrite", "excerpt"])
def test_what_was_published_later_is_a_pickup_and_no_source(story, kind):
    verdict = judged(story["wire"], story[kind])

    assert verdict.matches == []
    assert verdict.decision is Decision.NEW
    assert ids(verdict.pickups) == [story[kind]["id"]]
    assert verdict.attribution.stories == []
    assert verdict.attribution.original == 1

    back = judged(story[kind], story["wire"])
    assert ids(back.matches) == [story["wire"]["id"]]
    assert back.pickups == []


@pytest.mark.parametrize("kinds", [("wire", "wire"), ("article", "article"), (None, "wire"), ("wire", None)])
def test_a_copy_of_the_same_kind_is_its_original_too_if_it_was_published_later(bridge, kinds):
    """It may have been stored first."""
    mine, theirs = kinds
    verdict = judged(bridge["wire"] | {"kind": mine}, bridge["copy"] | {"kind": theirs}, bridge["rewrite"])

    assert verdict.decision is Decision.DUPLICATE
    assert ids(verdict.matches) == [bridge["copy"]["id"]]
    assert ids(verdict.pickups) == [bridge["copy"]["id"], bridge["rewrite"]["id"]]
    assert verdict.attribution.original < 0.05


@pytest.mark.parametrize("kinds", [("wire", "article"), ("article", "wire"), (None, "article")])
def test_a_copy_of_another_kind_that_was_published_later_is_a_pickup_alone(bridge, kinds):
    mine, theirs = kinds
    verdict = judged(bridge["wire"] | {"kind": mine}, bridge["copy"] | {"kind": theirs})

    assert (verdict.decision, verdict.matches) == (Decision.NEW, [])
    assert ids(verdict.pickups) == [bridge["copy"]["id"]]


def test_a_later_story_that_is_a_small_part_of_the_submission_is_not_its_original(bridge):
    part = bridge["wire"]["body"][:600].rpartition(". ")[0] + "."
    verdict = judged(
        bridge["wire"], bridge["wire"] | {"id": "part", "body": part, "published_at": later(bridge["wire"], 1)}
    )

    assert verdict.decision is Decision.NEW
    assert ids(verdict.pickups) == ["part"]


def test_a_pickup_tells_what_the_later_one_owes(bridge):
    [pickup] = judged(bridge["wire"], bridge["rewrite"]).pickups
    [match] = judged(bridge["rewrite"], bridge["wire"]).matches

    assert pickup.coverage == match.coverage
    assert pickup.passages == match.passages
    assert pickup.probability == match.probability


def test_pickups_are_those_that_derive_from_it_closest_first(bridge, stories):
    verdict = judged(
        bridge["wire"], bridge["independent"], bridge["excerpt"], bridge["copy"], stories["amber-lamps"]["rewrite"],
        bridge["rewrite"], include_related=True,
    )  # fmt: skip

    assert ids(verdict.pickups) == [bridge[kind]["id"] for kind in ("copy", "rewrite", "excerpt")]
    assert verdict.matches == []


@pytest.mark.parametrize("missing", ["submission", "story", "both"])
@pytest.mark.parametrize(("submitted", "stored"), [("wire", "copy"), ("copy", "wire")])
def test_where_a_time_is_missing_either_may_be_the_source(bridge, missing, submitted, stored):
    submission = bridge[submitted] | (TIMELESS if missing in {"submission", "both"} else {})
    story = bridge[stored] | (TIMELESS if missing in {"story", "both"} else {})
    verdict = judged(submission, story)

    assert ids(verdict.matches) == [story["id"]]
    assert verdict.pickups == []


def test_at_the_same_time_either_may_be_the_source(bridge):
    verdict = judged(bridge["wire"], bridge["copy"] | {"published_at": bridge["wire"]["published_at"]})

    assert ids(verdict.matches) == [bridge["copy"]["id"]]


# What is told


def test_related_stories_are_told_of_only_when_asked(story, stories):
    others = [other["wire"] | TIMELESS for other in stories.values() if other is not story]
    assert judged(story["independent"] | TIMELESS, story["wire"], *others).matches == []

    verdict = judged(story["independent"] | TIMELESS, story["wire"], *others, include_related=True)
    assert [(match.id, match.relation) for match in verdict.matches] == [(story["wire"]["id"], Relation.RELATED)]
    assert verdict.decision is Decision.NEW
    assert verdict.attribution.original == 1


def test_the_best_match_comes_first_whatever_the_order(bridge):
    stories = [bridge[kind] | TIMELESS for kind in ("excerpt", "independent", "rewrite", "wire")]
    for order in (stories, stories[::-1]):
        verdict = judged(bridge["copy"], *order, include_related=True)

        assert ids(verdict.matches) == [bridge[kind]["id"] for kind in ("wire", "rewrite", "excerpt", "independent")]
        assert verdict.decision is Decision.DUPLICATE


STORED = {"kind": "article", "version": 1}


@pytest.mark.parametrize("of_copy", [{"published_at": "2026-03-11T09:00:00+00:00"}, {}])
def test_of_equal_texts_the_one_that_was_there_first_is_named(bridge, of_copy):
    text = {"body": bridge["wire"]["body"], **STORED}
    wire = {**text, "id": "wire", "source": "Norwind", "stored_at": "2026-03-11T08:00:00+00:00"}
    copy = {**text, "id": "copy", "source": "Harbour Daily", "stored_at": "2026-03-11T10:00:00+00:00", **of_copy}
    for order in permutations([StoredArticle(**wire), StoredArticle(**copy)]):
        sides = list(map(default_comparer().prepare, order))
        submission = default_comparer().prepare(Article(body=bridge["copy"]["body"]))
        verdict = judge(default_comparer(), submission, sides, include_related=False, limit=10)

        assert ids(verdict.matches) == ["wire", "copy"]
        assert [story.id for story in verdict.attribution.stories] == ["wire"]
        assert decide_without_evidence(default_comparer(), submission, sides).sources[0].story.id == "wire"


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_no_more_than_asked_for_is_told(bridge, limit):
    earlier = [bridge["wire"] | {"id": f"a{number}", "source": f"Agency {number}"} for number in range(3)]
    after = [bridge["copy"] | {"id": f"b{number}", "source": f"Outlet {number}"} for number in range(3)]
    verdict = judged(bridge["rewrite"], *earlier, *after, limit=limit)

    assert len(verdict.matches) == len(verdict.pickups) == min(limit, 3)


def test_nothing_stored_is_new(bridge):
    verdict = judged(bridge["wire"])

    assert (verdict.decision, verdict.why, verdict.matches, verdict.pickups) == (Decision.NEW, None, [], [])


# Undecided

SHORT = "Four people died when a barge hit the old bridge of the harbour."
UNKNOWN = (
    "Lodja on vajunud sadamasilla vastu enne koitu ning neli inimest said surma, teatas linna politsei. "
    "Tuukrid otsisid kanalist kogu päeva, praamid sõitsid õhtul jälle nagu tavaliselt."
)


def test_a_short_text_is_undecided_and_says_why(bridge):
    for stories in ([], [bridge["wire"]]):
        verdict = judged({"body": SHORT}, *stories)

        assert verdict.decision is Decision.UNDECIDED
        assert str(LEAST_WORDS) in verdict.why
        assert "13 words" in verdict.why


def test_a_text_in_no_known_language_is_undecided_and_says_why():
    earlier = {"id": "a", "body": UNKNOWN.split(". ", 1)[0] + "."}
    for stories in ([], [earlier]):
        verdict = judged({"body": UNKNOWN}, *stories)

        assert verdict.decision is Decision.UNDECIDED
        assert "in another language" in verdict.why


def test_a_sentence_taken_from_a_story_is_a_duplicate_however_short(bridge):
    sentence = bridge["wire"]["body"].split("\n\n")[2].split(". ", 1)[0]
    verdict = judged({"body": " ".join(sentence.split()[: LEAST_WORDS - 2])}, bridge["wire"])

    assert (verdict.decision, verdict.why) == (Decision.DUPLICATE, None)
    assert ids(verdict.matches) == [bridge["wire"]["id"]]


@pytest.mark.parametrize("body", [SHORT, UNKNOWN, "Fire", "Fire in Tolvane"])
def test_a_copy_of_such_a_text_stays_a_duplicate(body):
    verdict = judged({"body": body}, {"id": "a", "body": body})

    assert (verdict.decision, verdict.why) == (Decision.DUPLICATE, None)
    assert ids(verdict.matches) == ["a"]


@pytest.mark.parametrize("kind", ["wire", "copy", "rewrite", "excerpt", "independent"])
def test_news_is_always_decided(story, kind):
    assert judged(story[kind]).why is None


def test_news_in_every_language_is_decided(foreign):
    assert judged({"body": foreign["wire"]}).why is None


EVENT = (
    "A barge without lights struck the old harbour bridge in Port Marlowe before dawn on Tuesday and four people were "
    "killed, the harbour police said. Divers were looking for seven others. The mayor, Orla Vastine, closed the port."
)
CUT = (
    "BREAKING: A barge without lights struck the old harbour bridge in Port Marlowe before dawn on Tuesday and four "
    "people were killed"
)


def verdict(body: str, story: str):
    comparer = default_comparer()
    return judge(comparer, comparer.prepare(Article(body=body)), [comparer.prepare(Article(id="s", body=story))],
                 include_related=False, limit=5)  # fmt: skip


def test_a_cut_of_a_story_is_decided_however_short():
    assert verdict(CUT, EVENT).decision is Decision.DUPLICATE
