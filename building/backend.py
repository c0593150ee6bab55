"""The build backend (PEP 517): setuptools, which also requires a compiler if the machine has none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compilers import wants_zig
from setuptools import build_meta
from setuptools.build_meta import *  # noqa: F403 - every other hook is setuptools' own

ZIG = "ziglang>=0.15"

Settings = Mapping[str, Any] | None


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:
    """Return what pip installs before it builds a wheel."""
    return [*build_meta.get_requires_for_build_wheel(config_settings), *_compiler()]


def get_requires_for_build_editable(config_settings: Settings = None) -> list[str]:
    """Return the same for ``pip install --editable``."""
    return [*build_meta.get_requires_for_build_editable(config_settings), *_compiler()]


def _compiler() -> list[str]:
    return [ZIG] if wants_zig() else []
