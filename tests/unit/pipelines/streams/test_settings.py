"""The documentation of the consumers' settings is complete and right."""

from __future__ import annotations

import re
from pathlib import Path

from wirematch.pipelines.streams.settings import StreamSettings

GUIDE = Path(__file__).parents[4] / "docs" / "pipelines" / "stream.md"


def test_every_setting_is_documented_with_its_default_and_no_other():
    rows = re.findall(
        r"^\| `WIREMATCH_STREAM_(\w+)` \| (\S+) \| (.+) \|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE
    )
    documented = {name.lower(): default.strip("`") for name, default, _ in rows}
    fields = StreamSettings.model_fields

    assert documented.pop("fields") == "{}"
    assert documented.keys() == fields.keys() - {"fields"}
    assert documented == {
        name: f"{fields[name].default:g}" if isinstance(fields[name].default, float) else str(fields[name].default)
        for name in documented
    }
