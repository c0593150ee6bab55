"""A load meets ids that are taken: by the same articles, or by others, of which the user is told."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from support.api_calls import ARTICLES
from wirematch.pipelines.input_rows import Fields
from wirematch.pipelines.spark import steps
from wirematch.pipelines.spark.loading import MOST_NAMED

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path) -> Write:
    """Write the index of a Spark job that holds these articles."""

    def write(name: str, *articles: dict[str, object]) -> Path:
        folder = tmp_path / name / "index"
        folder.mkdir(parents=True)
        rows = [steps.read_line(json.dumps(article).encode(), Fields()).line for article in articles]
        with gzip.open(folder / "part-00000.gz", "wt", encoding="utf-8") as file:
            file.writelines(f"{steps.write_stored(one)}\n" for _, one in steps.sign(enumerate(rows)))
        (folder / "_SUCCESS").touch()
        return folder

    return write


@pytest.fixture(params=["texts", "imprints"])
def no_texts(request, monkeypatch) -> bool:
    """Whether the index keeps imprints in place of texts."""
    if request.param == "imprints":
        monkeypatch.setenv("WIREMATCH_STORE_TEXT", "false")
    return request.param == "imprints"


def test_another_text_under_a_stored_id_is_told_and_replaces_it_if_that_is_asked(
    run, on, settings, index_name, write, bridge, no_texts
):
    wire, other = ({"id": kind, "body": bridge[kind]["body"]} for kind in ("wire", "independent"))
    corrected = wire | {"body": bridge["independent"]["body"] + " The ferry runs again from Friday."}
    first = write("first", wire, other)
    second = write("second", corrected, other, {"id": "new", "body": bridge["copy"]["body"]})
    assert run(index_name, "load", first).out == "2 stored, 0 there before\n"

    again = run(index_name, "load", first)
    assert (again.status, again.out, again.err) == (0, "0 stored, 2 there before\n", "")
    told = run(index_name, "load", second)
    assert (told.status, told.out) == (1, "1 stored, 1 there before, 1 left out\n")
    assert told.err == "left out: the id 'wire' has other content; --replace puts the article in its place\n"

    replaced = run(index_name, "load", "--replace", second)
    assert (replaced.status, replaced.out) == (0, "0 stored, 2 there before, 1 replaced\n")
    assert run(index_name, "load", "--replace", second).out == "0 stored, 3 there before, 0 replaced\n"
    assert run(index_name, "load", second).status == 0
    with on(index_name) as client:
        stored = client.get(f"{ARTICLES}/wire").json()
        assert (stored["version"], stored["body"] == corrected["body"]) == (2, not no_texts)
        [found] = client.post("/v1/check", json={"body": corrected["body"], "limit": 1}).json()["matches"]
    assert (found["id"], found["relation"]) == ("wire", "copy")


def test_of_many_left_out_the_first_are_named_and_all_counted(run, index_name, write, bridge):
    articles = [{"id": f"{number}", "body": bridge["wire"]["body"]} for number in range(MOST_NAMED + 2)]
    run(index_name, "load", write("first", *articles))
    told = run(index_name, "load", write("second", *(one | {"headline": "Bridge falls"} for one in articles)))

    assert (told.status, told.out) == (1, f"0 stored, 0 there before, {MOST_NAMED + 2} left out\n")
    *named, more = told.err.splitlines()
    assert len(named) == MOST_NAMED
    assert more == "left out: 2 more articles whose ids have other content"


def test_one_id_in_two_folders_is_told(run, index_name, write, bridge):
    one, other = (write(kind, {"id": "same", "body": bridge[kind]["body"]}) for kind in ("wire", "independent"))

    assert run(index_name, "load", one, one).out == "1 stored, 1 there before\n"
    assert run(index_name, "load", one, other).out == "0 stored, 1 there before, 1 left out\n"
