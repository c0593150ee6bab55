"""Views of reports, matches and articles made by the real matcher."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from support.page_calls import rows_of
from wirematch.matching.judge import judge
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Decision, IndexState, PassageKind, Report, StoredArticle
from wirematch.models.listings import PickupPage
from wirematch.presentation.credit import Credit
from wirematch.presentation.pages import evidence_view
from wirematch.presentation.pages.attribution_view import view_attribution
from wirematch.presentation.pages.check_view import view_check, view_related
from wirematch.presentation.pages.evidence_view import ListedPassages, view_evidence
from wirematch.presentation.pages.exports import evidence_csv, pickups_csv
from wirematch.presentation.pages.facts import evidence_page, facts_of
from wirematch.presentation.pages.judged_report import pickups_where, without
from wirematch.presentation.pages.own_words import own_words
from wirematch.presentation.pages.reuse_map import WIDTH
from wirematch.presentation.pages.samples import samples
from wirematch.presentation.pages.story_view import ShownPickups, pickups_by_others, view_pickups


def article(name: str) -> Article:
    return samples()[name]


def report_on(submission: Article, *stories: Article) -> Report:
    comparer = default_comparer()
    verdict = judge(
        comparer, comparer.prepare(submission), list(map(comparer.prepare, stories)), include_related=False, limit=10
    )
    return Report(
        decision=verdict.decision,
        why=verdict.why,
        original_id=None,
        matches=verdict.matches,
        pickups=verdict.pickups,
        attribution=verdict.attribution,
        index=IndexState(articles=len(stories), candidates=len(stories), compared=len(stories)),
        took_ms=1.0,
    )


@pytest.fixture(scope="module")
def roundup() -> Report:
    wires = ("harbour-bridge-wire", "reservoir-verdict-wire", "quillern-layoffs-wire", "amber-lamps-wire")
    return report_on(article("half-year-roundup"), *map(article, wires))


def stored(name: str) -> StoredArticle:
    moment = datetime(2026, 7, 1, tzinfo=UTC)
    return StoredArticle.model_validate(article(name).model_dump() | {"version": 1, "stored_at": moment})


def test_a_copy_with_a_later_time_is_listed_once_and_owed_no_credit():
    wire = article("harbour-bridge-wire")
    assert wire.published_at is not None
    later = wire.model_copy(
        update={"id": "later", "source": "Courier", "published_at": wire.published_at + timedelta(1)}
    )
    report = report_on(wire, later)

    view = view_check(wire, report, "/c")

    assert [one.id for one in report.pickups] == ["later"]
    assert ([one.facts.id for one in view.matches], view.pickups) == (["later"], [])
    assert view.matches[0].credit is Credit.NONE
    assert view.sentence.endswith("nearly word for word, though it was published earlier.")
    assert view_evidence(wire, later, report.matches[0]).credit is Credit.NONE
    assert view_evidence(later, wire, report.pickups[0]).credit is not Credit.NONE
    assert view_attribution(wire, report, "/c").contributors[0].credit is Credit.NONE
    set_aside = view_check(wire, report, "/c", {"later"})
    assert [one.facts.id for one in set_aside.pickups] == ["later"]
    assert set_aside.pickups[0].credit is not Credit.NONE


def test_a_decision_says_how_much_of_whom_and_whether_with_credit():
    view = view_check(
        article("strait-accord-rewrite"),
        report_on(*map(article, ("strait-accord-rewrite", "strait-accord-wire"))),
        "/c",
    )

    assert view.decision is Decision.REWRITE
    assert "Halden News Agency (HNA)" in view.sentence
    assert view.sentence.endswith("with credit.")
    assert view.matches[0].after == timedelta(hours=1, minutes=35)
    assert view.matches[0].evidence == "/c/against/strait-accord-wire"


def test_an_empty_index_is_said_to_be_empty():
    assert (
        "Nothing is stored yet"
        in view_check(article("amber-lamps-wire"), report_on(article("amber-lamps-wire")), "/c").sentence
    )


def test_a_match_that_a_reader_called_wrong_is_set_aside_with_its_share(roundup):
    view = view_check(article("half-year-roundup"), roundup, "/c", {"harbour-bridge-wire"})
    left = without(roundup, {"harbour-bridge-wire"})

    assert [card.match.id for card in view.set_aside] == ["harbour-bridge-wire"]
    assert "harbour-bridge-wire" not in {card.match.id for card in view.matches}
    assert left.attribution.original > roundup.attribution.original
    assert sum(
        contribution.share for contribution in left.attribution.stories
    ) + left.attribution.original == pytest.approx(1, abs=1e-3)
    assert without(roundup, {one.id for one in roundup.matches}).decision is Decision.NEW
    assert without(roundup, {"unknown"}) is roundup


def test_the_original_is_named_where_another_match_is_closer():
    closer, wire = article("harbour-bridge-rewrite"), article("harbour-bridge-wire")
    submission = closer.model_copy(update={"id": None, "source": "Kelder Courier", "published_at": None})
    report = report_on(submission, closer, wire).model_copy(update={"original_id": wire.id})
    view = view_check(submission, report, "/c")

    assert [card.facts.id for card in view.matches] == [closer.id, wire.id]
    assert view.original is not None
    assert view.original.id == wire.id
    assert [card.original for card in view.matches] == [False, True]

    unlisted = report_on(submission, closer).model_copy(update={"original_id": wire.id})
    assert view_check(submission, unlisted, "/c", original=wire).original == facts_of(wire)
    assert view_check(submission, unlisted, "/c").original is None
    best = report_on(submission, wire).model_copy(update={"original_id": wire.id})
    assert view_check(submission, best, "/c", original=wire).original is None


def test_an_article_that_others_took_from_is_said_to_be_their_source():
    wire, copy, rewrite = (article(f"harbour-bridge-{name}") for name in ("wire", "copy", "rewrite"))
    said = "It derives from no story that is stored."

    one = view_check(wire, report_on(wire, copy), "/c")
    assert one.sentence == f"{said} A stored article that was published later derives from it."
    assert len(view_check(wire, report_on(wire, copy, rewrite), "/c").pickups) == 2
    both = view_check(wire, report_on(wire, copy, rewrite), "/c").sentence
    assert both == f"{said} Stored articles that were published later derive from it."


def test_a_source_owes_itself_no_credit():
    wire = article("harbour-bridge-wire")
    update = wire.model_copy(update={"id": "update", "published_at": None})
    view = view_check(update, report_on(update, wire), "/c")

    assert view.matches[0].credit is Credit.OWN
    assert "another story by Norwind" in view.sentence
    assert "credit" not in view.sentence
    evidence = view_evidence(update, wire, view.matches[0].match)
    assert evidence.title == "This article copies another story by Norwind nearly word for word"

    unknown = [one.model_copy(update={"source": None}) for one in (update, wire)]
    unnamed = view_check(unknown[0], report_on(*unknown), "/c")
    assert unnamed.matches[0].credit is Credit.NONE  # nobody knows whom to name
    assert "credit" not in unnamed.sentence


def test_related_stories_from_other_days_stand_apart():
    submission, wire = article("harbour-bridge-independent"), article("harbour-bridge-wire")
    old = wire.model_copy(update={"id": "old", "published_at": wire.published_at - timedelta(days=400)})
    undated = wire.model_copy(update={"id": "undated", "published_at": None})
    comparer = default_comparer()
    verdict = judge(
        comparer,
        comparer.prepare(submission),
        [comparer.prepare(one) for one in (old, wire, undated)],
        include_related=True,
        limit=10,
    )
    found = report_on(submission, wire).model_copy(update={"matches": verdict.matches})
    view = view_related(submission, found, "/c")

    assert {card.facts.id for card in view.on_event} == {wire.id, "undated"}
    assert [card.facts.id for card in view.alike] == ["old"]


def test_contributors_are_listed_by_share_and_words_keep_their_story(roundup):
    turned = roundup.model_copy(
        update={
            "attribution": roundup.attribution.model_copy(
                update={"stories": list(reversed(roundup.attribution.stories))}
            )
        }
    )
    view = view_attribution(article("half-year-roundup"), turned, "/c")
    shares = [one.share for one in view.contributors]

    assert shares == sorted(shares, reverse=True)
    assert [one.number for one in view.contributors] == list(range(1, len(shares) + 1))
    assert view == view_attribution(article("half-year-roundup"), roundup, "/c")


def test_each_story_has_its_part_of_the_bar_and_of_the_text(roundup):
    view = view_attribution(article("half-year-roundup"), roundup, "/c")
    shown = {one.number for part in view.text for one in part if one.number}

    assert len(view.contributors) == len(roundup.attribution.stories) >= 3
    assert shown == {contributor.number for contributor in view.contributors}
    for before, after in zip(view.contributors, view.contributors[1:], strict=False):
        assert after.x == pytest.approx(before.x + before.width)
    letters = sum(len(one.text) for part in view.text for one in part if one.number)
    share = letters / sum(len(one.text) for part in view.text for one in part)
    assert share == pytest.approx(1 - view.original, abs=0.08)


@pytest.fixture(scope="module")
def evidence():
    submission, story = article("strait-accord-rewrite"), article("strait-accord-wire")
    return submission, story, default_comparer().compare_articles(submission, story)


def test_every_passage_is_in_both_texts_the_table_and_the_map(evidence):
    view = view_evidence(*evidence)
    numbers = set(range(1, len(evidence[2].passages) + 1))

    for text in (view.my_text, view.their_text):
        assert {number for part in text for one in part for number in one.begun} == numbers
    assert {row.number for row in view.rows} == numbers == {one.number for one in view.ribbons}
    assert all(one.x >= 0 and one.x + one.width <= WIDTH + 0.1 for r in view.ribbons for one in (r.above, r.below))
    assert view.title == "Strait Observer rewrites a story by Halden News Agency (HNA)"
    assert view.my_share == evidence[2].coverage.submission


def test_of_many_passages_the_longest_are_listed_first_and_all_are_marked(evidence):
    passages = evidence[2].passages
    length = {number: one.submission.end - one.submission.start for number, one in enumerate(passages, 1)}
    parts = [ListedPassages(5, first) for first in range(0, len(passages), 5)]
    views = [view_evidence(*evidence, listed=part) for part in parts]
    listed = [row.number for view in views for row in view.rows]

    assert len(parts) > 2
    assert sorted(listed) == list(length)
    assert [length[number] for number in listed] == sorted(length.values(), reverse=True)
    for view in views:
        assert {number for part in view.my_text for one in part for number in one.begun} == set(length)
        assert (view.total, sum(view.kinds.values())) == (len(passages), len(passages))
    places = [(part.longer(len(passages)), part.shorter(len(passages))) for part in parts]
    assert places[:2] == [(None, 5), (0, 10)]
    assert places[-1][1] is None
    assert [row.number for row in view_evidence(*evidence, listed=ListedPassages(100)).rows] == list(length)


def test_beyond_the_last_passage_the_last_part_is_listed(evidence):
    total = view_evidence(*evidence).total
    beyond, last = (view_evidence(*evidence, listed=ListedPassages(2, first)) for first in (998, (total - 1) // 2 * 2))

    assert beyond.rows == last.rows != []
    assert beyond.listed == last.listed


def test_the_map_has_the_longest_passages(evidence, monkeypatch):
    monkeypatch.setattr(evidence_view, "MOST_RIBBONS", 3)
    everything = view_evidence(*evidence, listed=ListedPassages(3))

    assert {one.number for one in everything.ribbons} == {row.number for row in everything.rows}


def test_a_name_keeps_its_place_in_a_sentence(evidence):
    submission, story, match = evidence
    arabic = view_evidence(submission.model_copy(update={"source": "الجريدة (2)"}), story, match)
    endless = view_evidence(submission.model_copy(update={"source": "Outlet" * 300}), story, match)

    assert arabic.title.startswith("\u2068الجريدة (2)\u2069 rewrites a story by Halden")
    assert len(endless.title) < 200


def test_own_words_leave_quotations_out(evidence):
    view = view_evidence(*evidence, own=True)
    quotes = [number for number, one in enumerate(evidence[2].passages, 1) if one.kind is PassageKind.QUOTE]

    assert quotes
    assert {row.number for row in view.rows}.isdisjoint(quotes)
    assert PassageKind.QUOTE not in view.kinds
    aside = "".join(one.text for part in view.my_text for one in part if one.aside)
    assert "We would rather have them on the bridge" in aside
    assert 0 < view.my_share <= 1


def test_spans_are_cut_where_somebody_else_speaks():
    body = 'The mayor said the bridge "was safe until the barge came loose" and that he would resign in May.'
    own = own_words(body)
    quoted = body.index("was safe"), body.index("loose") + 5

    assert list(own.asides) == [quoted]
    assert own.within((0, len(body))) == [(0, quoted[0]), (quoted[1], len(body))]
    assert own.within(quoted) == []
    assert own.share_in([(0, len(body))]) == 1
    assert own.share_in([quoted]) == 0
    assert own_words("").share_in([(0, 4)]) == 0


def test_a_link_is_only_to_a_page_and_ids_are_quoted():
    hostile = Article(id="a/b?c#d", body="Rain.", url="javascript:alert(1)")

    assert facts_of(hostile).url is None
    assert facts_of(hostile).page == "/articles/a%2Fb%3Fc%23d"
    assert facts_of(Article(id="..", body="Rain.")).page is None
    assert facts_of(hostile).headline == "Rain."
    assert facts_of(hostile).is_opening
    assert not facts_of(hostile.model_copy(update={"headline": "Rain"})).is_opening
    assert evidence_page("/checks/x", "é é") == "/checks/x/against/%C3%A9%20%C3%A9"
    assert facts_of(hostile.model_copy(update={"url": "https://[broken"})).url is None


def test_a_timeline_runs_from_the_story_to_the_last_pickup():
    story = stored("harbour-bridge-wire")
    comparer = default_comparer()
    names = ("harbour-bridge-excerpt", "harbour-bridge-rewrite", "harbour-bridge-copy")
    pickups = [comparer.compare_articles(article(name), story) for name in names]
    found = [
        one.model_copy(update={key: getattr(article(name), key) for key in ("id", "source", "published_at")})
        for one, name in zip(pickups, names, strict=True)
    ]
    undated = found[0].model_copy(update={"id": "undated", "published_at": None})
    page = PickupPage(id=story.id, total=4, offset=0, pickups=[*found, undated])
    view = view_pickups(story, page, ShownPickups(0, 100))

    assert [row.facts.id for row in view.rows] == [
        "harbour-bridge-rewrite", "harbour-bridge-copy", "harbour-bridge-excerpt", "undated",
    ]  # fmt: skip
    assert [row.x for row in view.rows][2:] == [1000.0, None]
    assert view.longest == timedelta(hours=20, minutes=35)
    own = pickups_by_others(
        story, page.model_copy(update={"pickups": [*found, undated.model_copy(update={"source": story.source})]})
    )
    assert (own.total, [one.id for one in own.pickups]) == (3, [one.id for one in found])
    kept = pickups_where(page, lambda one: one.id != "undated")
    assert (kept.total, len(kept.pickups)) == (3, 3)
    rows = rows_of(pickups_csv(story, page.pickups))
    assert [row["minutes_after"] for row in rows] == ["1235", "100", "265", ""]


def test_who_owes_no_credit_is_not_counted_as_giving_none():
    """As on the desk: a story that was published after an article, or whose source nobody knows, is owed none."""
    story, taker = stored("harbour-bridge-wire"), article("harbour-bridge-copy")
    found = (
        default_comparer().compare_articles(taker, story).model_copy(update={"source": taker.source, "credited": False})
    )
    assert story.published_at is not None
    times = {"before": story.published_at - timedelta(hours=1), "after": story.published_at + timedelta(hours=1)}
    pickups = [found.model_copy(update={"id": name, "published_at": time}) for name, time in times.items()]
    page = PickupPage(id=story.id, total=2, offset=0, pickups=pickups)
    view, without = (view_pickups(story, page, ShownPickups(0, 100, uncredited_only=only)) for only in (False, True))

    assert (view.total, view.uncredited, len(view.rows)) == (2, 1, 2)
    assert [row.match.id for row in without.rows] == ["after"]
    nobodys = story.model_copy(update={"source": None})
    assert view_pickups(nobodys, page, ShownPickups(0, 100)).uncredited == 0


def test_a_table_says_of_credit_what_pages_say():
    story, taker = article("harbour-bridge-wire"), article("harbour-bridge-copy")
    found = default_comparer().compare_articles(taker, story)
    told = found.model_copy(update={"id": "copy", "source": taker.source, "credited": False})
    known, unknown = (
        [row["credited"] for row in rows_of(pickups_csv(one, [told]))]
        for one in (story, story.model_copy(update={"source": None}))
    )

    assert (known, unknown) == (["no"], [""])


def test_an_article_has_its_language_if_that_is_a_tag():
    told = Article(body="Der Damm brach.", language="de-CH")

    assert facts_of(told).language == "de-CH"
    assert facts_of(told.model_copy(update={"language": 'German" onclick="x'})).language is None
    assert facts_of(told.model_copy(update={"language": None})).language is None


def test_a_text_that_a_spreadsheet_would_run_is_no_formula_in_a_file():
    text = "=HYPERLINK(1) the bridge fell into the river at dawn and nobody knows why it did so on a calm day"
    one, other = Article(body=text), Article(id="x", body=text)
    match = default_comparer().compare_articles(one, other)
    rows = rows_of(evidence_csv(one, other, match))

    assert rows
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
