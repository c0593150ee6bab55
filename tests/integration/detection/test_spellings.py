"""A copy is a duplicate however it and the stored story are spelled, and its passages are where it was submitted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.data.spellings import SPELLINGS
from wirematch.composition.components import open_detector
from wirematch.models import Article, Decision, Filters, Relation

WIRES = {
    file.stem: json.loads(file.read_text(encoding="utf-8"))["wire"]
    for file in sorted((Path(__file__).parents[2] / "stories" / "languages").glob("*.json"))
}
LEAST_COVERED = 0.95


@pytest.mark.anyio
@pytest.mark.parametrize("code", SPELLINGS)
async def test_a_copy_in_another_spelling_is_a_duplicate(redis_url, settings, code):
    async with open_detector(redis_url, settings) as detector:
        await detector.add_many([Article(id=key, body=body) for key, body in WIRES.items()], decide=False)
        for name, spelling in SPELLINGS[code].items():
            body = spelling(WIRES[code])
            report = await detector.check(Article(body=body))

            assert report.decision is Decision.DUPLICATE, name
            assert report.original_id == code
            assert report.matches[0].coverage.submission >= LEAST_COVERED
            assert all(
                0 <= one.submission.start < one.submission.end <= len(body) for one in report.matches[0].passages
            )


@pytest.mark.anyio
@pytest.mark.parametrize("code", SPELLINGS)
async def test_a_story_that_was_stored_in_another_spelling_is_found(redis_url, settings, code):
    async with open_detector(redis_url, settings) as detector:
        for name, spelling in SPELLINGS[code].items():
            await detector.add(Article(id=name, body=spelling(WIRES[code])))
        report = await detector.check(Article(body=WIRES[code]), Filters(limit=100))

    assert {match.relation for match in report.matches} == {Relation.COPY}
    found = [one.id for match in report.matches for one in (match, *match.versions)]
    assert sorted(found) == sorted(SPELLINGS[code])
