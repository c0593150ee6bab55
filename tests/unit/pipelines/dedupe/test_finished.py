from __future__ import annotations

import pytest

from wirematch.pipelines.dedupe.checkpoint import FINISHED_FILE, RunState
from wirematch.pipelines.dedupe.finished import FinishedRun


@pytest.mark.parametrize(
    ("url", "elsewhere"),
    [
        ("redis://desk:hush@stories:6379/0", "redis://desk:hush@archive:6379/0"),
        ("rediss://stories/0?username=desk&password=hush", "rediss://stories/1?username=desk&password=hush"),
        ("redis+sentinel://:hush@one:26379,two:26379/main", "redis+sentinel://:hush@one:26379/main"),
        ("unix://desk:hush@/run/stories.sock", "unix://desk:hush@/run/archive.sock"),
    ],
)
def test_no_password_is_kept_beside_the_output(tmp_path, url, elsewhere):
    output = tmp_path / "new.ndjson"
    output.write_bytes(b"{}\n")
    asked = {"drop": "duplicate", "index": [None, None, url]}
    FinishedRun(tmp_path, output, asked).note(RunState(run="r", asked=asked, items=1, digest="ab", output_bytes=3))

    assert "hush" not in (tmp_path / FINISHED_FILE).read_text()
    assert FinishedRun(tmp_path, output, asked).state is not None
    assert FinishedRun(tmp_path, output, asked | {"index": [None, None, elsewhere]}).state is None
    assert FinishedRun(tmp_path, output, asked | {"index": [url, None, None]}).state is None
