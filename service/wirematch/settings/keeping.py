"""Settings of what is kept and for how long."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from wirematch.settings.group import SettingsGroup, Window


class KeepingSettings(SettingsGroup):
    """How long articles, their earlier versions and the answers to requests are kept."""

    store_text: bool = Field(
        True,
        description="false keeps no texts of articles, but numbers by which they are found and compared all the same.",
    )
    retention: Window | None = Field(
        None, description="How long articles are kept, in seconds or as an ISO 8601 duration such as P90D."
    )
    retention_by_source: dict[str, Window] | None = Field(
        None, description='The same for single sources, as JSON: {"IANS": "P30D"}. The earliest end counts.'
    )
    idempotency_window: Window = Field(
        timedelta(days=1), description="How long the answer to a request with an Idempotency-Key is kept."
    )
    kill_window: Window = Field(
        timedelta(days=90),
        description="How long it is remembered that a story was taken back, so that no older version is stored.",
    )
    versions_kept: int = Field(
        10, ge=0, le=100, description="Earlier texts of an article that are kept, to show what changed; 0 keeps none."
    )
    versions_window: Window = Field(
        timedelta(days=90), description="How long they are kept after the article last changed."
    )
    check_window: Window = Field(
        timedelta(days=30), description="How long an article that was checked on a page can be linked to."
    )
