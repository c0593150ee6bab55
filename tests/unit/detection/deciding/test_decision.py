from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from support.memory import START
from wirematch.detection.cache import PreparedCache
from wirematch.detection.deciding.decision import AT_ONCE
from wirematch.detection.submission import Retrieved, Submission
from wirematch.fingerprint.minhash import FingerprintScheme, fingerprint_many
from wirematch.fingerprint.ranking import NO_POSTINGS, Ranking
from wirematch.index.protocol import Lookup, Placement, PutOutcome, Record
from wirematch.models import Article, Decision, Kind, Relation, StoredArticle

NOWHERE = Lookup(Ranking(NO_POSTINGS.numbers, NO_POSTINGS.numbers.astype(float)), 0)


def record(number: int, article: dict, **fields) -> Record:
    facts = article | {"id": f"story-{number}", "kind": Kind.WIRE, "version": 1} | fields
    stored = StoredArticle(**({"stored_at": START + timedelta(minutes=number)} | facts))
    return Record(number, stored.body, lambda: stored)


def retrieved(article: dict, *records: Record, number: int = 100, **fields) -> Retrieved:
    submitted = Article(**(article | {"id": "submission", "kind": Kind.ARTICLE} | fields))
    [fingerprint] = fingerprint_many([submitted.body], FingerprintScheme())
    placement = Placement(PutOutcome.CREATED, number, 1, START + timedelta(minutes=number))
    return Retrieved(Submission(submitted, fingerprint, placement), NOWHERE, list(records), len(records), partial=False)


def unstored(given: Retrieved) -> Retrieved:
    return replace(given, submission=replace(given.submission, placement=None))


@pytest.mark.parametrize(
    ("name", "decision"),
    [
        ("copy", Decision.DUPLICATE),
        ("rewrite", Decision.REWRITE),
        ("excerpt", Decision.PARTIAL),
        ("independent", Decision.NEW),
    ],
)
def test_fast_decisions_and_reports_agree(decider, story, name, decision):
    given = retrieved(story[name], record(1, story["wire"]))

    fast, full = (decider.decide_one(given, explain=explain) for explain in (False, True))

    assert fast.decision is full.decision is decision
    assert fast.verdict is None
    assert full.verdict is not None
    assert (fast.closest_id, fast.sources, fast.followers, fast.pickups) == (
        full.closest_id,
        full.sources,
        full.followers,
        full.pickups,
    )


def test_without_candidates_a_long_text_is_new_and_a_short_one_undecided(decider, bridge):
    assert decider.decide_one(retrieved(bridge["wire"])).decision is Decision.NEW
    assert decider.decide_one(retrieved({"body": "Four died."})).decision is Decision.UNDECIDED


UNKNOWN = (
    "Lodja on vajunud sadamasilla vastu enne koitu ning neli inimest said surma, teatas linna politsei. "
    "Tuukrid otsisid kanalist kogu päeva, praamid sõitsid õhtul jälle nagu tavaliselt."
)


@pytest.mark.parametrize("explain", [False, True])
def test_an_undecided_article_has_no_source_and_no_original_whatever_it_resembles(decider, explain):
    half = UNKNOWN.split(". ", maxsplit=1)[0] + "."
    done = decider.decide_one(retrieved({"body": UNKNOWN}, record(1, {"body": half})), explain=explain)

    assert done.decision is Decision.UNDECIDED
    assert (done.sources, done.closest_id, done.copied_id) == ([], None, None)
    if done.verdict:
        assert [match.id for match in done.verdict.matches] == ["story-1"]


def test_a_submission_is_never_compared_with_itself(decider, bridge):
    given = retrieved(bridge["wire"], record(100, bridge["wire"], id="submission"))

    assert decider.decide_one(given).decision is Decision.NEW


def test_sources_nearly_as_sure_as_the_best_may_name_the_original_earliest_first(decider, bridge):
    given = retrieved(bridge["copy"], record(2, bridge["wire"]), record(1, bridge["wire"]))

    assert [link.id for link in decider.decide_one(given).sources] == ["story-1", "story-2"]


def test_a_late_wire_story_is_the_original_of_its_copies(decider, bridge):
    rewrite = record(1, bridge["rewrite"], kind=Kind.ARTICLE)

    late = decider.decide_one(retrieved(bridge["wire"], rewrite, kind=Kind.WIRE))

    assert late.decision is Decision.NEW
    assert [(link.id, link.relation) for link in late.followers] == [("story-1", Relation.REWRITE)]
    assert late.pickups == ["story-1"]


def test_of_equal_texts_of_one_kind_the_first_stored_stays_the_original(decider, bridge):
    later = datetime(2030, 1, 1, tzinfo=UTC)
    given = retrieved(bridge["wire"], record(1, bridge["wire"], published_at=later), kind=Kind.WIRE)

    decided = decider.decide_one(given)

    assert decided.decision is Decision.DUPLICATE
    assert decided.closest_id == "story-1"
    assert decided.followers == []


def test_an_exact_copy_of_a_clustered_story_needs_no_comparison(decider, bridge, monkeypatch):
    compared: list[Submission] = []
    prepare_all = PreparedCache.submitted_all

    def noted(cache: PreparedCache, submissions: list[Submission]):
        compared.extend(submissions)
        return prepare_all(cache, submissions)

    monkeypatch.setattr(PreparedCache, "submitted_all", noted)
    copy = bridge["wire"] | {"published_at": None}
    given = retrieved(copy, record(1, bridge["wire"]), record(2, bridge["rewrite"]))

    [decided] = decider.decide_batch([given], explain=False)

    assert compared == []
    assert decided.decision is Decision.DUPLICATE
    assert [link.id for link in decided.sources] == ["story-1"]

    decider.decide_batch([given], explain=True)
    assert compared == [given.submission]  # a report has to show passages


def test_an_exact_copy_is_compared_if_a_candidate_may_derive_from_it(decider, bridge):
    wire, rewrite = bridge["wire"], bridge["rewrite"]
    given = retrieved(wire, record(1, wire), record(2, rewrite))  # stored before, but published later
    decider.remember([retrieved(wire, number=1).submission])

    [decided] = decider.decide_batch([given], explain=False)

    assert (decided.decision, decided.closest_id) == (Decision.DUPLICATE, "story-1")
    assert decided.pickups == ["story-2"]


def test_an_exact_copy_of_a_story_that_may_be_a_copy_itself_is_compared(decider, bridge):
    just_before = record(99, bridge["wire"], stored_at=START + timedelta(minutes=99, seconds=59))
    earliest = record(1, bridge["rewrite"])
    given = retrieved(bridge["wire"] | {"published_at": None}, just_before, earliest)

    [decided] = decider.decide_batch([given], explain=False)

    assert len(decided.sources) == 2  # the comparison found both

    decider.remember([replace(given.submission, placement=Placement(PutOutcome.CREATED, 99, 1, START))])
    [decided] = decider.decide_batch([given], explain=False)

    assert [link.id for link in decided.sources] == ["story-99"]


@pytest.mark.parametrize("bytes_at_once", [1, 1 << 20], ids=["one by one", "in groups"])
@pytest.mark.parametrize("explain", [False, True])
def test_a_batch_is_decided_as_one_after_the_other(decider, bridge, monkeypatch, bytes_at_once, explain):
    monkeypatch.setattr("wirematch.detection.deciding.decision.BYTES_AT_ONCE", bytes_at_once)
    stored = [record(1, bridge["wire"]), record(2, bridge["independent"])]
    kinds = ["copy", "rewrite", "independent", "excerpt", "wire"]
    batch = [
        retrieved(bridge[kinds[place % 5]], *stored[: place % 3], number=100 + place, id=f"story-{100 + place}")
        for place in range(2 * AT_ONCE + 3)
    ]

    decided = decider.decide_batch(batch, explain=explain)
    alone = [decider.decide_one(one, explain=explain) for one in batch]

    assert [one.retrieved for one in decided] == batch
    assert [(one.decision, one.closest_id) for one in decided] == [(one.decision, one.closest_id) for one in alone]
    assert [one.sources for one in decided] == [one.sources for one in alone]
    assert [list(one.followers) for one in decided] == [list(one.followers) for one in alone]
    assert {one.decision for one in decided} == {Decision.DUPLICATE, Decision.REWRITE, Decision.PARTIAL, Decision.NEW}


def test_what_is_dropped_as_a_duplicate_is_nobodys_source(decider, bridge):
    wire = record(1, bridge["wire"])
    first = retrieved(bridge["copy"], wire, number=100, id="first")
    copy = record(100, bridge["copy"], id="first", kind=Kind.ARTICLE)
    second = retrieved(bridge["copy"], copy, wire, number=101, id="second")
    third = retrieved(bridge["rewrite"], copy, wire, number=102, id="third")

    decided = decider.drop_duplicates(decider.decide_batch([first, second, third], explain=True), explain=True)

    assert [one.dropped for one in decided] == [True, True, False]
    assert [[link.id for link in one.sources] for one in decided] == [["story-1"]] * 3
    assert decided[2].verdict == decider.decide_one(retrieved(bridge["rewrite"], wire, number=102, id="third")).verdict


def test_what_has_no_dropped_candidate_is_decided_once(decider, bridge, monkeypatch):
    wire = record(1, bridge["wire"])
    batch = [retrieved(bridge[name], wire, number=100 + place) for place, name in enumerate(["copy", "rewrite"])]
    decided = decider.decide_batch(batch, explain=False)
    monkeypatch.setattr(decider, "_decide_few", None)

    kept = decider.drop_duplicates(decided, explain=False)

    assert [one.dropped for one in kept] == [True, False]
    assert kept[1] is decided[1]


def test_a_submission_that_is_not_stored_is_judged(decider, bridge):
    verdict = decider.judge(unstored(retrieved(bridge["rewrite"], record(1, bridge["wire"]))))

    assert [match.id for match in verdict.matches] == ["story-1"]


def test_long_submissions_are_prepared_a_few_at_a_time(decider, bridge, monkeypatch):
    together = []
    of_each = PreparedCache.of_each
    monkeypatch.setattr(PreparedCache, "of_each", lambda self, rows: together.append(len(rows)) or of_each(self, rows))
    monkeypatch.setattr("wirematch.detection.deciding.decision.BYTES_AT_ONCE", 3 * len(bridge["rewrite"]["body"]))
    short = record(1, bridge["wire"] | {"body": "Four died."})
    batch = [retrieved(bridge["rewrite"], short, number=100 + place, id=f"story-{100 + place}") for place in range(7)]

    decider.decide_batch(batch, explain=False)

    assert together == [2, 2, 2, 1]
