"""The documentation's pipeline, verbatim, with the real service."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.slow

pytest.importorskip("datatrove", reason="needs the extra 'datatrove'")

GUIDE = Path(__file__).parents[3] / "docs" / "pipelines" / "datatrove.md"


def test_rewrites_are_dropped_and_a_second_run_decides_the_same(tmp_path, live, told_once):
    [script] = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "news.py").write_text(script, encoding="utf-8")
    (tmp_path / "given").mkdir()
    story = told_once("datatrove")
    documents = [
        {"id": f"tram-{kind}", "body": story[kind]["body"], "metadata": {"headline": kind, "more": [1]}}
        for kind in ("wire", "independent", "copy", "rewrite")
    ]
    lines = "".join(json.dumps(document) + "\n" for document in documents)
    (tmp_path / "given" / "a.jsonl").write_text(lines, encoding="utf-8")

    def run(kept: str) -> list[dict[str, Any]]:
        command = [sys.executable, "news.py", str(tmp_path / "given"), kept]
        environment = os.environ | {"SERVICE": live.url}
        subprocess.run(
            command, cwd=tmp_path, env=environment, check=True, capture_output=True, timeout=PATIENCE_SECONDS
        )
        [file] = (tmp_path / kept).glob("*.jsonl")
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]

    first = run("first")
    assert [one["id"] for one in first] == ["tram-wire", "tram-independent"]
    assert first[0]["metadata"]["wirematch"] == {"decision": "new", "original_id": None}
    assert first[0]["metadata"]["more"] == [1]
    assert run("second") == first
