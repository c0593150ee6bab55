"""View of two texts side by side, and of what one owes to the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from operator import itemgetter

from wirematch.models import Article, Derivation, Match, Passage, PassageKind
from wirematch.presentation.credit import Credit, credit_of
from wirematch.presentation.explanation import sides, strength
from wirematch.presentation.pages.facts import Facts, facts_of, time_after
from wirematch.presentation.pages.marked_text import Marking, Segment, mark
from wirematch.presentation.pages.own_words import OwnWords, own_words
from wirematch.presentation.pages.parts import first_of_part
from wirematch.presentation.pages.reuse_map import Ribbon, draw_map
from wirematch.presentation.pages.wording import in_sentence, relation_at_length
from wirematch.presentation.plain_article import place_passages, plain_article, shortened
from wirematch.text.furniture.finding import find_furniture

PASSAGES_SHOWN = 100
"""Passages that a page lists at a time; where there are more, the longest come first."""
MOST_RIBBONS = 200
"""Passages on the map. A screen has room for no more, and the longest are what it is looked at for."""
LONGEST_EXCERPT = 600
"""Maximum length, in code points, of an excerpt in the table; the texts beside it show passages in full."""


@dataclass(frozen=True, slots=True)
class PassageRow:
    """One passage, as it reads in both texts."""

    number: int
    kind: PassageKind
    similarity: float
    mine: str
    theirs: str


Numbered = tuple[int, Passage]
"""A passage and its number."""


@dataclass(frozen=True, slots=True)
class ListedPassages:
    """Which passages are listed: all in the order of the article, or a part of them, the longest first."""

    most: int | None = None
    """At most so many at a time; None for all."""
    first: int = 0
    """How many longer ones come before this part."""

    def within(self, total: int) -> ListedPassages:
        """Return the same, or the last part of ``total`` passages if there are fewer than come before it."""
        return self if self.most is None else replace(self, first=first_of_part(self.first, total, self.most))

    def of(self, numbered: Sequence[Numbered]) -> Sequence[Numbered]:
        """Return the passages that are listed."""
        if self.most is None or len(numbered) <= self.most:
            return numbered
        return sorted(numbered, key=_longest_first)[self.first : self.first + self.most]

    def shorter(self, total: int) -> int | None:
        """Where the part after this one begins, if there is one."""
        return None if self.most is None or self.first + self.most >= total else self.first + self.most

    def longer(self, total: int) -> int | None:
        """Where the part before this one begins, if there is one."""
        return None if self.most is None or total <= self.most or not self.first else max(0, self.first - self.most)


ALL = ListedPassages()


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """All that the evidence page shows; ``mine`` is the article in question, ``theirs`` the story."""

    match: Match
    mine: Facts
    theirs: Facts
    after: timedelta | None
    """How long after the story the article was published."""
    credit: Credit
    own: bool
    """Whether only the reporter's own words count."""
    my_share: float
    their_share: float
    my_text: list[list[Segment]]
    their_text: list[list[Segment]]
    kinds: dict[PassageKind, int]
    """Number of passages of each kind."""
    total: int
    """Number of passages, all of which are marked in the texts."""
    rows: list[PassageRow]
    """Those listed."""
    listed: ListedPassages
    ribbons: list[Ribbon]

    @property
    def title(self) -> str:
        """The finding in one sentence."""
        mine = in_sentence(self.mine.source) if self.mine.named and not self.same_source else "This article"
        article = "another" if self.same_source else "a"
        theirs = f"{article} story by {in_sentence(self.theirs.source)}" if self.theirs.named else "the story"
        return relation_at_length(self.match, self.after, mine, theirs)

    @property
    def derived(self) -> bool:
        """Whether one derives from the other; what both share was not taken otherwise."""
        return self.match.derivation is not Derivation.NOT

    @property
    def same_source(self) -> bool:
        """Whether both come from one source."""
        return self.credit is Credit.OWN

    @property
    def why(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The reasons for and against, each with how much it counts; none if they were not asked for."""
        headings = ("For it", "Against it")
        told = [
            (head, [(strength(one), one.text) for one in its])
            for head, its in zip(headings, sides(self.match), strict=True)
        ]
        return [one for one in told if one[1]]

    @property
    def has_asides(self) -> bool:
        """Whether either text has asides."""
        return any(one.aside for text in (self.my_text, self.their_text) for part in text for one in part)


def view_evidence(
    submission: Article, story: Article, match: Match, *, own: bool = False, listed: ListedPassages = ALL
) -> EvidenceView:
    """Return the view of a comparison, of both texts without markup.

    With ``own``, quotations become asides and shares are computed without them. ``listed`` says which passages are
    listed beside each other; in the texts, all are marked.
    """
    read, story_read = plain_article(submission), plain_article(story)
    submission, story = read.article, story_read.article
    numbered = list(enumerate(place_passages(match.passages, read, story_read), 1))
    my_share, their_share = match.coverage.submission, match.coverage.story
    mine: OwnWords | None = None
    theirs: OwnWords | None = None
    if own:
        mine, theirs = own_words(submission.body, submission.headline), own_words(story.body, story.headline)
        numbered = [
            (number, passage)
            for number, passage in numbered
            if passage.kind is not PassageKind.QUOTE and _holds_own_words(passage, mine)
        ]
        my_share = mine.share_in([(one.submission.start, one.submission.end) for _, one in numbered])
        their_share = theirs.share_in([(one.story.start, one.story.end) for _, one in numbered])
    listed = listed.within(len(numbered))
    return EvidenceView(
        match=match,
        mine=facts_of(submission),
        theirs=facts_of(story),
        after=time_after(story, submission),
        credit=credit_of(story, submission, credited=match.credited),
        own=own,
        my_share=my_share,
        their_share=their_share,
        my_text=_text(submission, _markings(numbered, mine=True, own=mine), mine),
        their_text=_text(story, _markings(numbered, mine=False, own=theirs), theirs),
        kinds={kind: count for kind in PassageKind if (count := sum(one.kind is kind for _, one in numbered))},
        total=len(numbered),
        rows=[_row(number, passage, submission.body, story.body) for number, passage in listed.of(numbered)],
        listed=listed,
        ribbons=draw_map(_longest(numbered, MOST_RIBBONS), len(submission.body), len(story.body)),
    )


def _longest(numbered: Sequence[Numbered], most: int) -> list[Numbered]:
    """Return the longest passages in the order of the article."""
    return sorted(sorted(numbered, key=_longest_first)[:most], key=itemgetter(0))


def _longest_first(numbered: Numbered) -> tuple[int, int]:
    number, passage = numbered
    return passage.submission.start - passage.submission.end, number


def _text(article: Article, markings: Sequence[Marking], own: OwnWords | None) -> list[list[Segment]]:
    """Mark up a text. Page furniture is always an aside, as it never counts."""
    asides = own.asides if own else find_furniture(article.body, article.headline)
    return mark(article.body, markings, asides)


def _holds_own_words(passage: Passage, mine: OwnWords) -> bool:
    return bool(mine.within((passage.submission.start, passage.submission.end)))


def _markings(numbered: Sequence[Numbered], *, mine: bool, own: OwnWords | None) -> list[Marking]:
    markings = []
    for number, passage in numbered:
        span = passage.submission if mine else passage.story
        whole = (span.start, span.end)
        for start, end in (own.within(whole) or [whole]) if own else [whole]:
            markings.append(Marking(start, end, number, passage.kind.value, passage.similarity))
    return markings


def _row(number: int, passage: Passage, mine: str, theirs: str) -> PassageRow:
    return PassageRow(
        number,
        passage.kind,
        passage.similarity,
        shortened(mine[passage.submission.start : passage.submission.end], LONGEST_EXCERPT),
        shortened(theirs[passage.story.start : passage.story.end], LONGEST_EXCERPT),
    )
