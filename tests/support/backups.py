"""What is stored before a backup."""

from __future__ import annotations

QUAY = [f"The harbour board will close the old timber quay for {months} months, it said." for months in (11, 12, 13)]
"""Three versions of an article."""
