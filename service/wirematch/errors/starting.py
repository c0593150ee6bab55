"""A program cannot start."""

from __future__ import annotations

from wirematch.errors.base import WirematchError


class StoreStartError(WirematchError):
    """The embedded store could not be started."""

    type = "store-not-started"
    title = "The embedded store did not start"


class InvalidSettingError(WirematchError):
    """A setting or option has a value that cannot be used."""

    type = "invalid-setting"
    title = "A setting is invalid"
