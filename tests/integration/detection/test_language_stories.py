"""Copies, rewrites and unrelated stories in each language of the sample stories, with the real comparer and store."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from support.comparing import compare
from wirematch.composition.components import open_detector
from wirematch.matching.profiles.text_profile import Profile
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Derivation, Relation
from wirematch.text.prepare import prepare

SECOND = Path(__file__).parents[2] / "stories" / "languages_second"
"""Stories to which nothing was fitted: they were first scored when all was done (docs/accuracy.md)."""
SPEECH = re.compile('["“”„‟«»「」]')
UNRELATED_AT_MOST = 1 / 3
"""Maximum overlap of an unrelated story in the same language, as a share of the rewrite's."""
UNRELATED_CHARACTERS_AT_MOST = 1 / 2
"""The same for scripts without spaces, in which function words are not recognised."""


def profiled(body: str) -> Profile:
    return default_comparer().prepare(Article(body=body)).profile


def overlap(submission: str, story: str) -> tuple[float, float]:
    """Return the weighted shares of distinct content of one and of the other that both have."""
    mine, theirs = profiled(submission), profiled(story)
    shared = [np.isin(one.vocabulary, other.vocabulary) for one, other in ((mine, theirs), (theirs, mine))]
    return tuple(
        float(side.vocabulary_weights[both].sum() / side.vocabulary_weights.sum())
        for side, both in zip((mine, theirs), shared, strict=True)
    )


def test_a_copy_is_a_copy(foreign):
    assert compare(foreign["copy"], foreign["wire"]).relation is Relation.COPY


def test_an_unrelated_story_is_not_derived(foreign):
    assert compare(foreign["unrelated"], foreign["wire"]).derivation is Derivation.NOT
    assert compare(foreign["wire"], foreign["unrelated"]).derivation is Derivation.NOT


def test_a_rewrite_is_derived(foreign):
    assert compare(foreign["rewrite"], foreign["wire"]).derivation is not Derivation.NOT


def test_another_reporters_work_is_his_own(foreign):
    assert compare(foreign["independent"], foreign["wire"]).derivation is Derivation.NOT
    assert compare(foreign["wire"], foreign["independent"]).derivation is Derivation.NOT


def test_an_excerpt_is_found_in_a_strange_article(foreign):
    excerpted(foreign)


def excerpted(story):
    """A paragraph of the wire story within the unrelated one is reported as an excerpt."""
    excerpt = max(told(story["wire"]), key=len)
    first, *rest = story["unrelated"].splitlines()
    body = "\n".join([first, *rest[:2], excerpt, *rest[2:]])

    found = compare(body, story["wire"])

    assert found.relation is Relation.PARTIAL
    assert any(excerpt[5:-5] in body[one.submission.start : one.submission.end] for one in found.passages)


def test_between_a_rewrite_and_other_reporters_work_there_is_room_for_the_threshold(foreign):
    """The calibration of each language: derived texts are more likely than not, others stay far below."""
    decision = default_comparer().model.threshold

    assert compare(foreign["rewrite"], foreign["wire"]).probability >= decision
    assert compare(foreign["independent"], foreign["wire"]).probability < decision / 2
    assert compare(foreign["unrelated"], foreign["wire"]).probability < decision / 1.5


def test_a_rewrite_in_bulgarian_is_derived_and_not_read_as_of_a_relative():
    wire = (
        "Властите в Дряновец затвориха в понеделник стария мост над Каменица, след като инженери откриха пукнатини в "
        "две от опорите. Движението беше пренасочено през съседното село, а автобусите ще обикалят с десет километра "
        "повече. Кметът Стоил Върбанов каза пред местното радио, че ремонтът ще струва четири милиона лева и може да "
        "продължи до есента. Мостът е построен преди осемдесет години и никога не е укрепван. Рибари първи забелязали "
        "парчета бетон във водата и се обадили на пожарната."
    )
    rewrite = (
        "Парчета бетон във водата, забелязани от рибари, които повикали пожарната, са причина за затварянето на стария "
        "мост над Каменица в Дряновец. В понеделник инженери намериха пукнатини в две опори. Автобусите обикалят десет "
        "километра повече през съседното село. До есента може да продължи ремонтът, който ще струва четири милиона "
        "лева, заяви кметът Стоил Върбанов. Построеният преди осемдесет години мост никога не е бил укрепван."
    )

    assert compare(rewrite, wire).derivation is not Derivation.NOT


@pytest.fixture(params=sorted(file.stem for file in SECOND.glob("*.json")))
def unseen(request):
    return json.loads((SECOND / f"{request.param}.json").read_text(encoding="utf-8"))


def test_stories_that_nothing_was_set_on_are_decided_alike(unseen):
    decision, wire = default_comparer().model.threshold, unseen["wire"]

    assert compare(unseen["rewrite"], wire).probability >= decision
    assert compare(wire, unseen["rewrite"]).probability >= decision
    for kind in ("independent", "unrelated"):
        assert compare(unseen[kind], wire).probability < decision / 2
        assert compare(wire, unseen[kind]).probability < decision / 2
    excerpted(unseen)


def told(body: str) -> list[str]:
    """Return the paragraphs without speech, except the first."""
    return [part for part in body.splitlines()[1:] if not SPEECH.search(part)]


def test_a_rewrite_shares_several_times_what_an_unrelated_story_shares(foreign):
    wire = foreign["wire"]
    most = UNRELATED_CHARACTERS_AT_MOST if prepare(wire).unspaced.mean() > 0.5 else UNRELATED_AT_MOST

    for unrelated, rewrite in zip(overlap(foreign["unrelated"], wire), overlap(foreign["rewrite"], wire), strict=True):
        assert unrelated <= most * rewrite


@pytest.mark.anyio
async def test_a_rewrite_finds_the_wire_story_among_its_candidates(redis_url, settings, foreign):
    async with open_detector(redis_url, settings) as detector:
        for article_id in ("unrelated", "wire"):
            await detector.add(Article(id=article_id, body=foreign[article_id]), report=False)
        found = await detector.candidates(Article(body=foreign["rewrite"]), limit=10)

    assert [entry.article.id for entry in found][:1] == ["wire"]
