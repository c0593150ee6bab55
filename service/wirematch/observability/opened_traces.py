"""Open traces if configured. The libraries are an optional extra and slow to import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirematch.errors import InvalidSettingError

if TYPE_CHECKING:
    from wirematch.observability.traces import Traces


def open_traces(url: str | None) -> Traces | None:
    """Return None without a URL. Raises InvalidSettingError if the extra is not installed."""
    if url is None:
        return None
    try:
        from wirematch.observability.traces import Traces  # noqa: PLC0415 - see above
    except ImportError as error:
        raise InvalidSettingError(
            "WIREMATCH_TRACES_URL: traces need the extra otel: pip install 'wirematch[otel]'."
        ) from error
    return Traces(url)
