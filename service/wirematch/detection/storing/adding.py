"""The options of adding articles, and the outcome for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wirematch.models import Decision, Report


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """What to do with the articles that are stored."""

    decide: bool = True
    """Whether to decide what each derives from."""
    drop_duplicates: bool = False
    """Whether to drop copies of stored articles; implies deciding."""
    explain: bool = False
    """Whether to report the evidence of each decision."""
    show_original: bool = False
    """Whether reports have the original among the matches even if it has to be fetched for that."""

    @property
    def looks_up(self) -> bool:
        """Whether candidates must be looked up."""
        return self.decide or self.drop_duplicates


@dataclass(frozen=True, slots=True)
class AddResult:
    """Result of adding one article."""

    id: str | None
    """None if nothing was stored."""
    version: int | None
    decision: Decision | None = None
    """None if not asked for."""
    original_id: str | None = None
    pickups: Sequence[str] = ()
    """Ids of stored articles that derive from it and were published later."""
    report: Report | None = None
    """None if not asked for."""
    untranslated: str | None = None
    """Why a translation is missing that it should have; None if none is."""
