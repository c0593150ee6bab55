"""The version is written once in each package, and both packages are released together."""

from __future__ import annotations

import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

import wirematch
import wirematch_client

ROOT = Path(__file__).parents[2]


def test_the_installed_version_is_the_packages_own():
    assert version("wirematch") == wirematch.__version__


def test_the_client_has_the_version_of_the_service():
    assert wirematch_client.__version__ == wirematch.__version__


@pytest.mark.parametrize("project", [".", "wirematch_client"])
def test_no_other_version_is_written_down(project):
    described = tomllib.loads((ROOT / project / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert "version" not in described
    assert described["dynamic"] == ["version"]
