"""The README's example works as shown: two ``curl`` commands, run verbatim."""

from __future__ import annotations

import json
import re
from pathlib import Path

from fastapi.testclient import TestClient

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SENT = re.compile(
    r"^\$ curl -s http://127\.0\.0\.1:8000(\S+) -H 'Content-Type: application/json' -d @(\S+)$", re.MULTILINE
)


def test_the_example_is_answered_as_it_says(client: TestClient):
    answers = [
        client.post(path, json=json.loads((ROOT / file).read_bytes())).json() for path, file in SENT.findall(README)
    ]
    told = README.partition("```json\n")[2].partition("```")[0]
    passages = re.search(r",\s*… (\d+) more\]", told)
    assert passages is not None
    report = json.loads(told.replace(passages[0], "]"))
    report["took_ms"] = answers[-1]["took_ms"]
    shown = report["matches"][0]["passages"]
    every = answers[-1]["matches"][0]["passages"]
    answers[-1]["matches"][0]["passages"] = every[: len(shown)]

    assert len(answers) == 2
    assert len(every) == len(shown) + int(passages[1])
    assert report == answers[-1]
