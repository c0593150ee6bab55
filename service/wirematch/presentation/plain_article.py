"""An article as people read it, without markup, and where passages are in that text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wirematch.models import Article, BodyFormat, Passage
from wirematch.models.match import Span
from wirematch.text.markup import PlainText, read_markup

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
LONGEST_WORD = 40
"""In characters. A script that is written without spaces has none so near, and is cut anywhere."""


def terminal_safe(text: str) -> str:
    """Return a text with a space for control characters, which must not reach the terminal."""
    return _UNPRINTABLE.sub(" ", text)


def shortened(text: str, longest: int) -> str:
    """Return a text on one line, of at most ``longest`` characters and an ellipsis; it is cut between words."""
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    half = longest // 2
    first, last = text[:half], text[-half:]
    before, after = first.rfind(" "), last.find(" ")
    if before > half - LONGEST_WORD:
        first = first[:before]
    if 0 <= after < LONGEST_WORD:
        last = last[after + 1 :]
    return f"{first.rstrip()} … {last.lstrip()}"


@dataclass(frozen=True, slots=True, eq=False)
class PlainArticle:
    """An article whose body is plain text."""

    article: Article
    read: PlainText
    """The text, with its map back to the body that was submitted."""

    def place(self, span: Span) -> Span:
        """Return where the text of a span of the submitted body is."""
        if self.read.starts is None or self.read.ends is None:
            return span
        start = int(np.searchsorted(self.read.ends, span.start, side="right"))
        end = int(np.searchsorted(self.read.starts, span.end, side="left"))
        return Span(start=start, end=max(start, end))


def plain_article(article: Article) -> PlainArticle:
    """Return the article without markup; the same one if its body is a text."""
    read = read_markup(article.body, article.body_format)
    if read.starts is None:
        return PlainArticle(article, read)
    plain = article.model_copy(update={"body": read.text, "body_format": BodyFormat.TEXT})
    return PlainArticle(plain, read)


def place_passages(
    passages: Sequence[Passage], submission: PlainArticle, story: PlainArticle | None = None
) -> list[Passage]:
    """Return the passages at their places in the plain texts; without a story, theirs are as they were."""
    return [
        one.model_copy(
            update={
                "submission": submission.place(one.submission),
                "story": one.story if story is None else story.place(one.story),
            }
        )
        for one in passages
    ]
