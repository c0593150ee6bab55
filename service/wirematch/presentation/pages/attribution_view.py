"""View of an article that draws on several stories: how much each contributed, and which words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from wirematch.models import Article, Relation, Report
from wirematch.presentation.credit import Credit, credit_of
from wirematch.presentation.pages.facts import Facts, evidence_page, facts_of
from wirematch.presentation.pages.marked_text import Marking, Segment, mark
from wirematch.presentation.plain_article import place_passages, plain_article

MOST_TOLD_APART = 6
"""Stories with a style of their own; further ones share the last."""
WIDTH = 1000
BEHIND = 1e-9
"""What a passage lacks for each match that is listed before its own; similarities differ by more."""


@dataclass(frozen=True, slots=True)
class Contributor:
    """A story and its contribution."""

    number: int
    style: str
    facts: Facts
    relation: Relation
    credit: Credit
    share: float
    x: float
    """Where its part of the bar begins."""
    width: float
    evidence: str | None


@dataclass(frozen=True, slots=True)
class AttributionView:
    """All that the page shows."""

    article: Facts
    contributors: list[Contributor]
    original: float
    text: list[list[Segment]]


def view_attribution(article: Article, report: Report, base: str) -> AttributionView:
    """Return the view of a report's attribution; ``base`` is the path of the article's page.

    The largest share comes first. A word gets the colour of the story with the most similar passage; among equals, of
    the match listed first. Shares are counted in the same way.
    """
    read = plain_article(article)
    article = read.article
    by_id = {match.id: match for match in report.matches}
    contributors: list[Contributor] = []
    markings: list[Marking] = []
    x = 0.0
    listed = list(by_id)
    stories = sorted(report.attribution.stories, key=lambda one: -one.share)
    for number, contribution in enumerate(stories, 1):
        match, behind = by_id[contribution.id], BEHIND * listed.index(contribution.id)
        style = f"contributor-{min(number, MOST_TOLD_APART)}"
        width = round(contribution.share * WIDTH, 1)
        evidence = evidence_page(base, match.id) if match.id else None
        contributors.append(
            Contributor(
                number=number,
                style=style,
                facts=facts_of(match),
                relation=match.relation,
                credit=credit_of(match, article, credited=match.credited),
                share=contribution.share,
                x=x,
                width=width,
                evidence=evidence,
            )
        )
        x = round(x + width, 1)
        markings += [
            Marking(one.submission.start, one.submission.end, number, style, one.similarity - behind)
            for one in place_passages(match.passages, read)
        ]
    text = [_whole(paragraph) for paragraph in mark(article.body, markings)]
    return AttributionView(facts_of(article), contributors, report.attribution.original, text)


def _whole(paragraph: list[Segment]) -> list[Segment]:
    """Merge separators, such as a comma, between two words of one story into its segment; only words have a source."""
    whole: list[Segment] = []
    for at, one in enumerate(paragraph):
        before = whole[-1] if whole else None
        after = paragraph[at + 1] if at + 1 < len(paragraph) else None
        wordless = not any(map(str.isalnum, one.text))
        if before and ((wordless and after and before.number == after.number) or before.number == one.number):
            whole[-1] = replace(before, text=before.text + one.text)
        else:
            whole.append(replace(one, numbers=(), style="", begun=()) if wordless else one)
    return whole
