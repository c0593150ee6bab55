"""A stream consumer that cannot start says why in one line, as the commands of ``wirematch`` do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.waiting import PATIENCE_SECONDS

pytest.importorskip("faststream", reason="needs the extra 'stream'")

pytestmark = pytest.mark.slow

APPS = "wirematch.pipelines.streams.consumers"


@pytest.mark.parametrize(
    ("app", "settings", "said"),
    [
        ("redis_app", {"BROKER_URL": "redis://127.0.0.1:1/0"}, "WIREMATCH_STREAM_BROKER_URL: ConnectionError: "),
        ("kafka_app", {"BROKER_URL": "127.0.0.1:1"}, "WIREMATCH_STREAM_BROKER_URL: KafkaConnectionError: "),
        ("kafka_app", {"FIELDS": "{"}, 'WIREMATCH_STREAM_FIELDS: write it as JSON, such as {"body": "text"}'),
    ],
    ids=["no Redis", "no Kafka", "no JSON"],
)
def test_what_keeps_a_consumer_from_starting_is_told_in_a_line(app, settings, said):
    command = [Path(sys.executable).parent / "faststream", "run", "--factory", f"{APPS}:{app}"]
    environment = os.environ | {f"WIREMATCH_STREAM_{name}": value for name, value in settings.items()}
    ended = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )

    assert ended.returncode == 2
    assert f"wirematch: {said}" in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout
