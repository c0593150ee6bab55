from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from wirematch.composition.components import open_detector
from wirematch.errors import InvalidArticleError
from wirematch.models import Article
from wirematch.pipelines.input_rows import Fields
from wirematch.pipelines.spark import steps as corpus
from wirematch.pipelines.spark.loading import load

pytestmark = pytest.mark.anyio


def write(folder: Path, *lines: str, finished: bool = True) -> Path:
    folder.mkdir()
    with gzip.open(folder / "part-00000.gz", "wt", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    if finished:
        (folder / "_SUCCESS").touch()
    return folder


def signed(*bodies: str) -> list[str]:
    rows = [corpus.read_line(json.dumps({"body": body}).encode(), Fields()).line for body in bodies]
    return [corpus.write_stored(one) for _, one in corpus.sign(enumerate(rows))]


async def test_what_was_loaded_is_found_and_loaded_once(tmp_path, settings, bridge):
    folder = write(tmp_path / "index", *signed(bridge["wire"]["body"], bridge["independent"]["body"]))
    told = []
    async with open_detector(settings.redis_url, settings) as detector:
        first = await load(detector.index, detector.scheme, [folder], lambda loaded: told.append(loaded.stored))
        again = await load(detector.index, detector.scheme, [folder], lambda loaded: None)
        pickups = await detector.check(Article(body=bridge["rewrite"]["body"]))

    assert (first.stored, first.there, again.stored, again.there) == (2, 0, 0, 2)
    assert told == [2]
    assert pickups.decision == "rewrite"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda lines: [lines[0], "{"], "line 2: "),
        (lambda lines: [lines[0], '{"article": {"body": "x"}}'], "line 2: 'signature'"),
        (lambda lines: [lines[0].replace("Averland", "Elsewhere")], "another version of Wirematch"),
    ],
)
async def test_what_cannot_be_read_is_named(tmp_path, settings, bridge, damage, said):
    folder = write(tmp_path / "index", *damage(signed(bridge["wire"]["body"])))
    async with open_detector(settings.redis_url, settings) as detector:
        with pytest.raises(InvalidArticleError, match=said):
            await load(detector.index, detector.scheme, [folder], lambda loaded: None)


async def test_what_was_not_copied_whole_is_named(tmp_path, settings, bridge):
    lines = signed(*(f"{bridge['wire']['body']} {number}" for number in range(50)))
    cut, gap = write(tmp_path / "cut", *lines), write(tmp_path / "gap", *lines)
    whole = (cut / "part-00000.gz").read_bytes()
    (cut / "part-00000.gz").write_bytes(whole[: len(whole) // 2])
    (gap / "part-00000.gz").rename(gap / "part-00001.gz")
    async with open_detector(settings.redis_url, settings) as detector:
        for folder, said in (
            (cut, "part-00000.gz is damaged, or was not copied whole"),
            (gap, "part-00000.gz is missing"),
        ):
            with pytest.raises(InvalidArticleError, match=said):
                await load(detector.index, detector.scheme, [folder], lambda loaded: None)
        write_again = (cut / "part-00000.gz").write_bytes
        write_again(whole)
        loaded = await load(detector.index, detector.scheme, [cut], lambda loaded: None)

    assert loaded.stored + loaded.there == len(lines)


async def test_what_a_job_has_not_finished_is_not_loaded(tmp_path, settings):
    folder = write(tmp_path / "index", finished=False)
    async with open_detector(settings.redis_url, settings) as detector:
        with pytest.raises(InvalidArticleError, match="no complete index of a Spark job"):
            await load(detector.index, detector.scheme, [folder], lambda loaded: None)
