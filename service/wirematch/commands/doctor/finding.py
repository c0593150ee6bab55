"""Findings: what was checked, the result, and what to do about it."""

from __future__ import annotations

from enum import StrEnum

from wirematch.models import Strict


class Grade(StrEnum):
    """How much a finding matters."""

    FINE = "fine"
    NOTE = "note"
    """Worth knowing; nothing needs to be done."""
    WARNING = "warning"
    """It works now, but may not later, or not in every case."""
    PROBLEM = "problem"
    """It does not work, or what is stored is in danger."""


class Finding(Strict):
    """The result of one check."""

    check: str
    """Names the check; the same in every release."""
    grade: Grade
    found: str
    """A sentence."""
    advice: str | None = None
    """What to do; None if nothing needs to be done."""


def fine(check: str, found: str) -> Finding:
    """Return the finding that all is well."""
    return Finding(check=check, grade=Grade.FINE, found=found)


def note(check: str, found: str) -> Finding:
    """Return a finding to know about."""
    return Finding(check=check, grade=Grade.NOTE, found=found)


def warning(check: str, found: str, advice: str) -> Finding:
    """Return a finding to handle soon."""
    return Finding(check=check, grade=Grade.WARNING, found=found, advice=advice)


def problem(check: str, found: str, advice: str) -> Finding:
    """Return a finding to handle now."""
    return Finding(check=check, grade=Grade.PROBLEM, found=found, advice=advice)
