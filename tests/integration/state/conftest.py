"""Fixtures of the tests of the state beside the index."""

from __future__ import annotations

from support.backend_fixtures import backend, keys

__all__ = ["backend", "keys"]
