"""The two real reports that started this project: one rewrites a wire story, one does not.

They are not part of the project, nor is any sentence of them; ``WIREMATCH_DATA`` names the folder beside theirs.
"""

from __future__ import annotations

import json
import lzma
from itertools import islice

import pytest

from support.required import DATA, STORIES

BACKGROUND = 1_000

pytestmark = pytest.mark.data


def background() -> list[dict]:
    packed = DATA / "background.jsonl.xz"
    with lzma.open(packed, "rt") if packed.exists() else (DATA / "background.jsonl").open(encoding="utf-8") as lines:
        rows = map(json.loads, islice(lines, BACKGROUND))
        return [{"id": row["id"], "source": row.get("source"), "body": row["text"]} for row in rows]


def read(name: str) -> str:
    return (STORIES / f"belousov-{name}.txt").read_text(encoding="utf-8")


@pytest.fixture
def stocked(client):
    """The wire story stored among others."""
    rows = background()
    assert len(rows) == BACKGROUND
    rows.insert(BACKGROUND // 2, {"id": "wire", "source": "IANS", "body": read("wire")})
    for row in rows:
        assert client.post("/v1/articles", json=row, params={"report": False}).status_code == 201
    return client


def check(client, body: str, **filters) -> dict:
    response = client.post("/v1/check", json={"body": body} | filters)
    assert response.status_code == 200
    return response.json()


def furniture_lines(body: str) -> list[tuple[int, int]]:
    """Return the ranges of page furniture: the share bar, each headline, the end of the page."""
    lines, at = [], 0
    for line in body.splitlines(keepends=True):
        if line.strip():
            lines.append((line.strip().replace("’", "'"), at, at + len(line.rstrip())))
        at += len(line)
    page = {text for text, _, _ in lines[:2]} | {"Site icon", "Exit mobile version"}
    return [(start, end) for text, start, end in lines if text in page]


def test_the_rewrite_is_told_from_the_other_outlets_report(stocked):
    rewrite = read("rewrite")
    report = check(stocked, rewrite, include_related=True)
    best = report["matches"][0]

    assert (report["decision"], report["original_id"]) == ("rewrite", "wire")
    assert (best["id"], best["relation"]) == ("wire", "rewrite")
    assert best["probability"] >= 0.9
    assert best["coverage"]["submission"] > 0.5
    assert [match["id"] for match in report["matches"] if match["derivation"] != "non_derived"] == ["wire"]

    furniture = furniture_lines(rewrite)
    assert len(furniture) >= 4
    for passage in best["passages"]:
        span = passage["submission"]
        assert all(span["end"] <= start or span["start"] >= end for start, end in furniture)

    other = read("other-outlet")
    assert check(stocked, other)["matches"] == []
    related = check(stocked, other, include_related=True)
    assert related["decision"] == "new"
    assert ("wire", "related") in {(match["id"], match["relation"]) for match in related["matches"]}
