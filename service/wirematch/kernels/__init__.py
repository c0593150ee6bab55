"""Compiled C kernels for the hottest code, where they could be built; every kernel has a Python reference."""

from wirematch.kernels.library import active_path, why_python

__all__ = ["active_path", "why_python"]
