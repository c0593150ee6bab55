"""Files that others run: held by the programs that read them, where they are there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from support.required import skip_without

UNIT = Path(__file__).parents[2] / "deploy/systemd/wirematch.service"
MOST_EXPOSED = 1.5
"""Of 10, as systemd counts; a service without hardening has 9.6."""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that exists."""
    missing = None if shutil.which("systemd-analyze") else "needs systemd-analyze"
    skip_without("systemd", missing)
    copied = tmp_path / UNIT.name
    copied.write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text(encoding="utf-8")))
    return copied


def analyze(*options: str | Path) -> str:
    done = subprocess.run(["systemd-analyze", *options], capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def test_systemd_takes_the_unit_as_it_is(unit):
    assert analyze("verify", unit).strip() == ""


def test_the_unit_leaves_little_open(unit):
    found = re.search(r"exposure level for \S+: ([\d.]+)", analyze("security", "--offline=yes", unit))
    assert found is not None
    assert float(found[1]) <= MOST_EXPOSED
