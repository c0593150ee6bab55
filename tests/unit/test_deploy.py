"""Files that others run: held by the programs that read them, where they are there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from support.required import skip_without

UNITS = Path(__file__).parents[2] / "deploy/systemd"
SERVICES = ["wirematch.service", "wirematch@.service"]
MOST_EXPOSED = 1.5
"""Of 10, as systemd counts; a service without hardening has 9.6."""


@pytest.fixture(params=SERVICES)
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The unit with a program that exists, among the others."""
    missing = None if shutil.which("systemd-analyze") else "needs systemd-analyze"
    skip_without("systemd", missing)
    for file in UNITS.iterdir():
        text = re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", file.read_text(encoding="utf-8"))
        (tmp_path / file.name).write_text(text)
    return tmp_path / str(request.param)


def analyze(*options: str | Path) -> str:
    done = subprocess.run(["systemd-analyze", *options], capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def test_systemd_takes_the_unit_as_it_is(unit):
    assert analyze("verify", unit).strip() == ""


def test_both_services_are_hardened_alike():
    hardened = [
        set(
            re.findall(
                r"(?m)^(?:\w*(?:Private|Protect|Restrict|SystemCall|Capabilit|No|Lock|Memory|Dynamic)\w*)=.*", text
            )
        )
        for text in ((UNITS / name).read_text(encoding="utf-8") for name in SERVICES)
    ]

    assert len(hardened[0]) > 20
    assert {one for one in hardened[0] ^ hardened[1] if not one.startswith("Notify")} == set()


def test_the_unit_leaves_little_open(unit):
    found = re.search(r"exposure level for \S+: ([\d.]+)", analyze("security", "--offline=yes", unit))
    assert found is not None
    assert float(found[1]) <= MOST_EXPOSED
