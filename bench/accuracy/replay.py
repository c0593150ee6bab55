"""Are decisions and reports identical to the last byte: between this commit and another, or kernels and Python?"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.cost.streams import THIS, serve, store
from bench.data.corpus import Corpus, Judged, load_judged, load_neighbours
from bench.serving.client import bulk, post
from bench.serving.processes import PATIENT, processor_seconds
from wirematch.index.embedded.store import EmbeddedStore

STORED = 16_000
IN_PYTHON = {"WIREMATCH_KERNELS": "python"}
OF_THE_CLOCK = frozenset({"took_ms", "stored_at"})
"""Fields that differ regardless of decisions."""

Answers = dict[str, list[str]]


def measure_replay(  # noqa: PLR0913 - what may be chosen
    corpus: Corpus, folder: Path, beside: Path | None, streamed: int, checked: int, judged: int | None
) -> dict[str, Any]:
    """Decide real stories in bulk and check them, and compare judged pairs in both directions, twice.

    The second time by the commit set up in ``beside``, or without one by the Python path. Both start from the same
    index, which this commit fills.
    """
    stories = _Stories(corpus, streamed, checked)
    pairs = _Pairs(load_judged(folder)[:judged], load_neighbours(folder))
    program = THIS if beside is None else [str(beside.absolute() / ".venv/bin/wirematch")]
    environment = IN_PYTHON if beside is None else {"PYTHONPATH": ""}
    with tempfile.TemporaryDirectory(prefix="wirematch-bench-") as temporary:
        figures: dict[str, Any] = {}
        for name, part in (("stories", stories), ("pairs", pairs)):
            index = Path(temporary) / name
            store(index, THIS, part.stored)
            mine = _answers(index, THIS, {}, part)
            theirs = _answers(index, program, environment, part)
            figures[name] = {
                kind: _compared(mine[0][kind], theirs[0][kind], mine[1][kind], theirs[1][kind]) for kind in mine[0]
            }
    return {"against": "Python" if beside is None else beside.name, "stored": STORED, **figures}


class _Stories:
    """Background stories, in bulk and one by one."""

    def __init__(self, corpus: Corpus, streamed: int, checked: int) -> None:
        rows = corpus.background[: STORED + streamed + checked]
        lines = [json.dumps({"id": row["id"], "body": row["text"]}).encode() + b"\n" for row in rows]
        self.stored, self._streamed = lines[:STORED], lines[STORED : STORED + streamed]
        bodies = [row["text"] for row in rows[STORED + streamed :]]
        self._checked = [_check(body, related=place % 2 > 0) for place, body in enumerate(bodies)]

    async def ask(self, port: int, process: int) -> tuple[Answers, dict[str, float]]:
        """Send single checks, every other one including related stories, and then a bulk stream."""
        clock = _Processor(process)
        checked = await _post(port, "/v1/check?explain=true", self._checked)
        used = {"checked": clock.since()}
        results, _ = await bulk(port, self._streamed)
        used["in_bulk"] = clock.since()
        return {"checked": checked, "in_bulk": list(map(_plain, results))}, used


class _Pairs:
    """Judged pairs, among the articles on and near their events."""

    def __init__(self, pairs: Sequence[Judged], neighbours: dict[str, str]) -> None:
        texts = {key: text for pair in pairs for key, text in _texts_of(pair)} | neighbours
        self.stored = [json.dumps({"id": key, "body": body}).encode() + b"\n" for key, body in texts.items()]
        both = [(pair.first, pair.second) for pair in pairs]
        either_way = [*both, *((second, first) for first, second in both)]
        self._compared = [
            json.dumps({"submission": {"body": one}, "story": {"body": other}}).encode() for one, other in either_way
        ]
        self._checked = [_check(one, related=True) for one, _ in either_way]

    async def ask(self, port: int, process: int) -> tuple[Answers, dict[str, float]]:
        """Compare each pair by itself, and check it against all that is stored."""
        clock = _Processor(process)
        compared = await _post(port, "/v1/compare?explain=true", self._compared)
        used = {"compared": clock.since()}
        checked = await _post(port, "/v1/check?explain=true", self._checked)
        used["checked"] = clock.since()
        return {"compared": compared, "checked": checked}, used


class _Processor:
    """CPU seconds of a process since the last call."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._before = processor_seconds(process)

    def since(self) -> float:
        before, self._before = self._before, processor_seconds(self._process)
        return self._before - before


def _texts_of(pair: Judged) -> Iterable[tuple[str, str]]:
    return (pair.first_id, pair.first), (pair.second_id, pair.second)


def _check(body: str, *, related: bool) -> bytes:
    return json.dumps({"body": body, "include_related": related}).encode()


def _answers(
    folder: Path, program: Sequence[str], environment: dict[str, str], part: _Stories | _Pairs
) -> tuple[Answers, dict[str, float]]:
    """Return the responses of a service on a copy of the folder, and the CPU time it used."""
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    try:
        with EmbeddedStore(copy) as index, ExitStack() as stack:
            port, process = serve(stack, program, index, PATIENT | environment)
            return asyncio.run(part.ask(port, process))
    finally:
        shutil.rmtree(copy)


async def _post(port: int, path: str, contents: Sequence[bytes]) -> list[str]:
    stream = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
    answers = []
    for content in contents:
        status, body = await post(stream, path, content)
        answers.append(_plain({"status": status, **json.loads(body)}))
    stream[1].close()
    return answers


def _plain(answer: dict[str, Any]) -> str:
    return json.dumps(_without_times(answer), sort_keys=True)


def _without_times(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {key: _without_times(value) for key, value in answer.items() if key not in OF_THE_CLOCK}
    return [_without_times(one) for one in answer] if isinstance(answer, list) else answer


def _compared(mine: list[str], theirs: list[str], used: float, used_by_other: float) -> dict[str, Any]:
    differing = [place for place, both in enumerate(zip(mine, theirs, strict=True)) if both[0] != both[1]]
    each = 1000 / max(1, len(mine))
    return {
        "answers": len(mine),
        "differing": len(differing),
        "first differing": differing[:5],
        "processor ms each": round(used * each, 2),
        "of the other": round(used_by_other * each, 2),
    }
