"""Helpers for tests that compare a compiled kernel with its Python reference."""

from __future__ import annotations

import pytest

from wirematch.kernels import active_path, why_python

needs_kernels = pytest.mark.skipif(active_path() == "python", reason=f"no compiled kernels: {why_python()}")
