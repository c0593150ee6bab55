"""Findings about the contents of the index: whether they are consistent, and what was repaired."""

from __future__ import annotations

from collections.abc import Iterator

from wirematch.commands.doctor.finding import Finding, fine, note, problem, warning
from wirematch.composition.components import IndexComponents
from wirematch.composition.upkeep import open_examination
from wirematch.detection.examination.index_faults import Examined, FaultKind
from wirematch.settings import Settings

FRESH = 200
"""Articles that are decided again by default, which takes some seconds."""
CHECKS = {
    FaultKind.LOST_POSTINGS: "postings",
    FaultKind.UNPOSTED: "records",
    FaultKind.LOST_IDS: "ids",
    FaultKind.MISCOUNTED: "counts",
    FaultKind.DAMAGED: "damage",
    FaultKind.STRAY_MEMBERS: "cluster-members",
    FaultKind.OUT_OF_LINE: "clusters",
    FaultKind.UNCLUSTERED: "unclustered",
}
HARMLESS = {FaultKind.LOST_POSTINGS, FaultKind.MISCOUNTED, FaultKind.STRAY_MEMBERS, FaultKind.OUT_OF_LINE}
"""These faults cost time or block an id, but no article is missed because of them."""
BY_HAND = "PUT each again under its id, or DELETE it; a backup has its content."


async def index_findings(components: IndexComponents, settings: Settings, *, fix: bool, fresh: int) -> list[Finding]:
    """Check everything in the index for consistency. Raises IndexUnavailableError."""
    examination = await open_examination(components, settings, fix=fix, fresh=fresh)
    return list(_findings(await examination.run(), fix=fix))


def _findings(found: Examined, *, fix: bool) -> Iterator[Finding]:
    looked = f"{found.articles:,} articles and {found.postings:,} postings; {found.decided:,} were decided again"
    if not any(found.faults.values()):
        yield fine("content", f"The index is consistent: {looked}.")
        return
    yield note("content", f"Checked: {looked}.")
    for kind, check in CHECKS.items():
        if not (count := found.faults[kind]):
            continue
        said = f"{count:,} {kind.value}, such as {', '.join(found.named[kind])}."
        if kind is FaultKind.DAMAGED:
            yield problem(check, said, BY_HAND)
        elif fix and found.mended[kind]:
            yield note(check, f"Mended: {said}")
        elif kind is FaultKind.UNCLUSTERED:
            yield note(check, f"{said} Those stored without a report are; 'wirematch doctor --fix' puts them into one.")
        else:
            grade = warning if kind in HARMLESS else problem
            yield grade(check, said, "'wirematch doctor --fix' repairs it while services run.")
