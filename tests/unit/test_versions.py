"""Both packages, the chart and the changelog have the same version; ``building/version.py`` writes it."""

from __future__ import annotations

import re
import runpy
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

import wirematch
import wirematch_client

ROOT = Path(__file__).parents[2]
PLACES: dict[str, str] = runpy.run_path(str(ROOT / "building/version.py"))["PLACES"]


def test_the_installed_version_is_the_packages_own():
    assert version("wirematch") == wirematch.__version__


def test_the_client_has_the_version_of_the_service():
    assert wirematch_client.__version__ == wirematch.__version__


@pytest.mark.parametrize("place", PLACES)
def test_every_place_has_it(place):
    written = re.findall(PLACES[place], (ROOT / place).read_text(encoding="utf-8"))

    assert written
    assert set(written) == {wirematch.__version__}


def test_the_newest_release_of_the_changelog_is_it():
    released = re.findall(r"^## \[(\d[^\]]*)\] - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert released[0] == wirematch.__version__


@pytest.mark.parametrize("project", [".", "wirematch_client"])
def test_no_other_version_is_written_down(project):
    described = tomllib.loads((ROOT / project / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert "version" not in described
    assert described["dynamic"] == ["version"]
