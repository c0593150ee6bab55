"""What costs most, compiled from C where that was possible; a Python reference stands beside every kernel."""

from wirematch.kernels.library import active_path, why_python

__all__ = ["active_path", "why_python"]
