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

from support.made_up import own, told
from support.stub_server import StubServer, breaks_off, says
from support.waiting import PATIENCE_SECONDS
from wirematch_client import ClientError, Retry

pytest.importorskip("datatrove", reason="needs the extra 'datatrove'")

from datatrove.data import Document

from wirematch.pipelines.datatrove import MOST_TRIES, WirematchFilter

pytestmark = pytest.mark.slow

HASTY = Retry(attempts=1, first_delay=0.0)
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


def test_a_document_that_is_no_article_does_not_stop_its_task(live):
    """Or a repeated task would always fail at the same document."""
    story = told(own(4_711))
    too_long = Document(text="word " * 60_000, id="tram-long")
    documents = [Document(text=f"{story} {name}", id=f"tram-beside-{name}") for name in ("one", "two")]
    kept = WirematchFilter(live.url).filter_batch([documents[0], too_long, documents[1]])
    note = too_long.metadata["wirematch"]

    assert kept[1] is True
    assert note["decision"] == "undecided"
    assert "200000 characters" in note["problem"]
    assert all(document.metadata["wirematch"]["decision"] for document in documents)


def line(status: int, **members: Any) -> bytes:
    return json.dumps({"index": 0, "id": "a", "status": status, **members}).encode() + b"\n"


def answers(content: bytes) -> Any:
    def answer(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


SUMMARY = b'{"summary": {"lines": 1}}\n'
FULL = line(503, problem={"title": "Full", "status": 503, "detail": "No room."}) + SUMMARY


@pytest.mark.parametrize(
    "failure", [breaks_off, says(503), says(502), answers(FULL)], ids=["cut", "503", "502", "line"]
)
def test_a_service_that_was_away_for_a_while_fails_no_task(stub: StubServer, failure):
    decided = answers(line(201, decision="new") + SUMMARY)
    stub.answers = [failure, failure, decided]
    document = Document(text="The ferry stopped at noon.", id="a")

    assert WirematchFilter(stub.url, retry=HASTY).filter_batch([document]) == [True]
    assert document.metadata["wirematch"] == {"decision": "new", "original_id": None}


@pytest.mark.parametrize("failure", [breaks_off, answers(FULL)], ids=["cut", "line"])
def test_a_service_that_stays_away_fails_the_task(stub: StubServer, failure):
    stub.answers = [failure]
    with pytest.raises(ClientError):
        WirematchFilter(stub.url, retry=HASTY).filter_batch([Document(text="The ferry stopped at noon.", id="a")])

    assert len(stub.requests) == MOST_TRIES
