from __future__ import annotations

from itertools import permutations

import pytest

from wirematch.matching.evidence import UNRELATED
from wirematch.matching.judge import LEAST_SHARE, attribute, judge
from wirematch.matching.resources import default_comparer
from wirematch.matching.story_facts import match_of
from wirematch.models import Article, Attribution, Contribution, Passage, PassageKind, Span
from wirematch.text.prepare import prepare

STORIES = ("amber-lamps", "harbour-bridge", "quillern-layoffs", "reservoir-verdict", "strait-accord")
TRIPLES = [triple for triple in permutations(STORIES, 3) if STORIES.index(triple[0]) < STORIES.index(triple[1])][::3]


def shares(body: str, *stories: dict) -> Attribution:
    comparer = default_comparer()
    sides = [comparer.prepare(Article.model_validate({"body": body}))]
    sides += [comparer.prepare(Article.model_validate(story)) for story in stories]
    return judge(comparer, sides[0], sides[1:], include_related=True, limit=10).attribution


def paragraphs(article: dict, first: int, last: int) -> str:
    return "\n\n".join(article["body"].split("\n\n")[first:last])


@pytest.fixture(params=TRIPLES, ids="+".join)
def composite(request, stories):
    """Make an article from a ``kind``'s paragraphs of two stories and own text, with the true shares."""
    one, other, own = request.param

    def compose(kind: str) -> tuple[str, dict[str | None, float]]:
        parts = {
            stories[one]["wire"]["id"]: paragraphs(stories[one][kind], 0, 5),
            stories[other]["wire"]["id"]: paragraphs(stories[other][kind], 1, 5),
            None: paragraphs(stories[own]["independent"], 0, 5),
        }
        body = "\n\n".join(parts.values())
        total = len(prepare(body))
        return body, {name: len(prepare(part)) / total for name, part in parts.items()}

    return compose


def assert_shared_out(found: Attribution, true: dict[str | None, float]) -> None:
    assert {story.id: story.share for story in found.stories} | {None: found.original} == pytest.approx(true, abs=0.08)


def test_an_article_of_two_stories_and_its_own_text_is_shared_out(stories, composite):
    body, true = composite("wire")

    # Stories that contributed nothing are examined, too.
    assert_shared_out(shares(body, *(stories[name]["wire"] for name in reversed(STORIES))), true)


def test_reworded_text_is_shared_out_as_well(stories, composite):
    body, true = composite("rewrite")
    wires = [Article.model_validate(stories[name]["wire"]) for name in STORIES]
    matches = [default_comparer().compare_articles(Article(body=body), wire) for wire in wires if wire.id in true]

    assert_shared_out(attribute(prepare(body), matches), true)


def test_shares_and_the_rest_make_the_whole(story, stories):
    found = shares(story["excerpt"]["body"], *(other["wire"] for other in stories.values()))

    assert sum(contribution.share for contribution in found.stories) + found.original == pytest.approx(1)


def test_a_word_counts_once_where_two_stories_are_equal(bridge):
    body = paragraphs(bridge["wire"], 0, 6)
    found = shares(body, bridge["wire"], bridge["wire"] | {"id": "again", "source": "Another"})

    assert found.stories == [Contribution(id=bridge["wire"]["id"], share=1.0)]
    assert found.original == 0


def test_a_word_goes_to_the_story_that_is_most_like_it(bridge):
    found = shares(bridge["wire"]["body"], bridge["rewrite"] | {"published_at": None}, bridge["wire"])

    assert found.stories == [Contribution(id=bridge["wire"]["id"], share=1.0)]


def test_a_story_that_brings_next_to_nothing_gets_no_line(bridge):
    comparer = default_comparer()
    words = [f"word{number}" for number in range(300)]
    body, scrap = " ".join(words), " ".join(words[:5])
    match = comparer.compare_articles(Article(body=body), Article(id="scrap", body=scrap))
    found = attribute(prepare(body), [match])

    assert match.passages

    assert LEAST_SHARE > 5 / 300
    assert found == Attribution(stories=[], original=1.0)


@pytest.mark.parametrize("body", ["", "...", "😀"])
def test_nothing_is_made_of_nothing(bridge, body):
    match = default_comparer().compare_articles(Article(body="x"), Article.model_validate(bridge["wire"]))

    assert attribute(prepare(body), []) == attribute(prepare(body), [match]) == Attribution(stories=[], original=1.0)


def test_without_matches_all_is_original(bridge):
    assert attribute(prepare(bridge["wire"]["body"]), []) == Attribution(stories=[], original=1.0)


def test_shares_that_are_rounded_up_leave_nothing_original():
    """Six sixths of 0.1667 exceed one; a table of results was once refused for it."""
    words = "Herons Ferries Lanterns Orchards Quarries Viaducts".split()
    text = prepare(" ".join(words))
    matches = []
    for start, end in zip(text.starts.tolist(), text.ends.tolist(), strict=True):
        span = Span(start=start, end=end)
        passage = Passage(submission=span, story=span, kind=PassageKind.VERBATIM, similarity=1)
        matches.append(match_of(Article(id=f"{start}", body="-"), UNRELATED.model_copy(update={"passages": [passage]})))
    found = attribute(text, matches)

    assert [story.share for story in found.stories] == [0.1667] * 6
    assert found.original == 0
