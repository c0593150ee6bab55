"""``wirematch digest``: the pickups of some days as a page that can be mailed, or as a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from wirematch.commands.files import check_writable, write_file
from wirematch.commands.local_index import require_stored, run_on_index
from wirematch.composition.components import IndexComponents
from wirematch.detection.queries.recent_pickups import RecentPickups, find_recent_pickups, together_of
from wirematch.presentation.pages.desk_view import DeskQuery, view_desk
from wirematch.presentation.pages.exports import desk_csv
from wirematch.presentation.pages.rendering import render
from wirematch.presentation.standard_output import write_data
from wirematch.settings import Settings

FOUND_OUT_AT_ONCE = 10.0
"""Seconds after which results are noted, so that an interrupted digest need not start over."""


def digest(days: float, output: Path | None, url: str | None, settings: Settings, *, as_csv: bool) -> None:
    """Write the digest to ``output``, or to standard output; ``url`` is the address of the pages.

    Raises InvalidSettingError if the file cannot be written.
    """
    require_stored(settings)
    if output is not None:
        check_writable(output)
    until = datetime.now(UTC)
    since = until - timedelta(days=days)
    found = run_on_index(settings, lambda components: _find(components, since))
    view = view_desk(found, DeskQuery(), len(found.pickups))
    text = desk_csv(view.rows) if as_csv else render("digest.html", view=view, since=since, until=until, url=url)
    if output is None:
        write_data(text)
        return
    write_file(output, text)


async def _find(components: IndexComponents, since: datetime) -> RecentPickups:
    """Return the pickups of all articles stored since then, however many these are."""
    parts = [await _find_part(components, since, None)]
    while parts[-1].older is not None:
        part = await _find_part(components, since, parts[-1].older)
        parts = [part] if part.begun_again else [*parts, part]
    return together_of(parts)


async def _find_part(components: IndexComponents, since: datetime, token: str | None) -> RecentPickups:
    while True:
        found = await find_recent_pickups(
            components.detector.stored,
            components.catalogue,
            components.pickup_log,
            components.judgements,
            since=since,
            seconds=FOUND_OUT_AT_ONCE,
            token=token,
        )
        if not found.pending:
            return found
