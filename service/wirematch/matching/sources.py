"""Which of the compared stories a submission derives from, and which of them derive from it."""

from __future__ import annotations

from collections.abc import Sequence

from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.matching.evidence import may_be_copied_later, published_after
from wirematch.matching.scoring import derived_of
from wirematch.matching.story_ranking import FoundStory, best_first, best_of_each
from wirematch.matching.translated.story import CrossLingualStories, TranslatedStory, compare_cross_lingual
from wirematch.models import Relation

DERIVED = frozenset({Relation.COPY, Relation.REWRITE, Relation.PARTIAL})

Found = FoundStory | TranslatedStory


def sources_and_followers(
    comparer: Comparer,
    submission: PreparedArticle,
    stories: Sequence[PreparedArticle],
    cross_lingual: CrossLingualStories | None = None,
    *,
    include_related: bool = False,
) -> tuple[list[Found], list[Found]]:
    """Return the stories that the submission derives from, and those that derive from it; both best first.

    A story published after the submission cannot be its source: it follows, if it derives from it. Only a copy that
    may have been stored first is listed as both (``may_be_copied_later``). Where a time of publication is missing,
    either may be the source. ``cross_lingual`` adds stories in other languages. With ``include_related``, stories
    that are merely related and were not published later are among the sources, behind all others.

    Passages are looked for only in the text that may derive, and in the other one only to break ties.
    """
    wanted = DERIVED | {Relation.RELATED} if include_related else DERIVED
    scores = comparer.score_pairs(submission, stories)
    sources: list[Found] = []
    followers: list[Found] = []
    for place, score in enumerate(scores) if include_related else derived_of(scores):
        story = stories[place]
        later = published_after(story, submission)
        derived_side, source_side = (story, submission) if later else (submission, story)
        finding = comparer.relate(derived_side, score, relate_related=include_related and not later)
        if not later and finding.relation in wanted:
            sources.append(FoundStory(story, derived_side, source_side, score, finding))
        elif later and finding.relation in DERIVED:
            followers.append(FoundStory(story, derived_side, source_side, score, finding))
            if finding.relation is Relation.COPY and may_be_copied_later(submission, story):
                finding = comparer.relate(submission, score)
                if finding.relation is Relation.COPY:
                    sources.append(FoundStory(story, submission, story, score, finding))
    for translated in compare_cross_lingual(comparer, cross_lingual) if cross_lingual else ():
        if translated.finding.relation in (DERIVED if translated.later else wanted):
            (followers if translated.later else sources).append(translated)
    if cross_lingual is not None:  # shared names alone also lead to stories in other languages
        sources, followers = best_of_each(sources), best_of_each(followers)
    return best_first(sources), best_first(followers)
