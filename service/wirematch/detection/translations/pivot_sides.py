"""Articles in the pivot language, prepared for comparison. CPU-bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wirematch.detection.translations.translating import PivotText, Translation
from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.matching.translated.story import CrossLingualStories, PivotSide, TranslatedStory, compare_cross_lingual
from wirematch.models import Article, BodyFormat, Match


def translated_side(article: Article, said: PreparedArticle, translation: Translation) -> PivotSide:
    """Wrap an article whose translation is prepared as ``said``."""
    prepared = PreparedArticle(article, said.profile)
    return PivotSide(prepared, translation.language, translation.sentences, translation.by)


def side_of_pivot_text(comparer: Comparer, article: Article, pivot_text: PivotText, pivot: str) -> PivotSide | None:
    """Prepare an article that is read for the first time; None if its text in the pivot is not known."""
    if pivot_text.translation is not None:
        said = comparer.prepare(Article(body=pivot_text.translation.text, body_format=BodyFormat.TEXT))
        return translated_side(article, said, pivot_text.translation)
    return PivotSide(comparer.prepare(article), pivot) if pivot_text.language == pivot else None


def compare_two(
    comparer: Comparer,
    pivot: str,
    articles: Sequence[Article],
    pivot_texts: Sequence[PivotText],
    *,
    with_reasons: bool,
) -> Match | None:
    """Return what the first article owes to the second; None if they share a language or one has no pivot text."""
    if pivot_texts[0].language == pivot_texts[1].language:
        return None
    mine, theirs = (
        side_of_pivot_text(comparer, article, pivot_text, pivot)
        for article, pivot_text in zip(articles, pivot_texts, strict=True)
    )
    if mine is None or theirs is None:
        return None
    found = compare_cross_lingual(comparer, CrossLingualStories(pivot, mine, [theirs]))
    return replace(found[0], later=False).match(comparer, with_reasons=with_reasons) if found else None


def reversed_comparisons(stories: Sequence[TranslatedStory]) -> list[TranslatedStory]:
    """Turn comparisons round: what each stored article owes to the one that was asked about."""
    return [replace(one, later=True) for one in stories]
