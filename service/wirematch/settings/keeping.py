"""Settings of what is kept and for how long."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from wirematch.settings.group import SettingsGroup, Window


class KeepingSettings(SettingsGroup):
    """How long articles, their earlier versions and the answers to requests are kept."""

    store_text: bool = Field(
        True,
        description="false keeps no texts of articles, only numbers by which they can still be found and compared.",
    )
    retention: Window | None = Field(
        None, description="How long articles are kept, in seconds or as an ISO 8601 duration such as P90D."
    )
    retention_by_source: dict[str, Window] | None = Field(
        None, description='The same by source, as JSON: {"IANS": "P30D"}. The earliest expiry counts.'
    )
    idempotency_window: Window = Field(
        timedelta(days=1), description="How long the response to a request with an Idempotency-Key is kept."
    )
    kill_window: Window = Field(
        timedelta(days=90),
        description="How long a withdrawal is remembered, so that no older version of the story is stored.",
    )
    versions_kept: int = Field(
        10, ge=0, le=100, description="Number of earlier versions kept per article, to show what changed; 0 keeps none."
    )
    versions_window: Window = Field(
        timedelta(days=90), description="How long earlier versions are kept after the article last changed."
    )
    check_window: Window = Field(
        timedelta(days=30), description="How long the report on an article checked on a page has a URL."
    )
