"""Settings of webhook messages about pickups."""

from __future__ import annotations

from pydantic import Field, HttpUrl, SecretStr, ValidationInfo, field_validator

from wirematch.hosts import as_address, is_loopback, is_public
from wirematch.settings.group import SettingsGroup
from wirematch.webhooks.signing import read_secrets


class WebhookSettings(SettingsGroup):
    """The receiver and what it is told. ``webhook_secret`` comes before ``webhook_url``, whose validation needs it."""

    webhook_secret: SecretStr | None = Field(
        None,
        description="Signing secret: whsec_ and 24 to 64 bytes in base64; several, with spaces between, for rotation.",
    )
    webhook_private: bool = Field(
        False,
        description="Whether the receiver may have a private address, such as one of a local network.",
    )
    webhook_url: HttpUrl | None = Field(
        None,
        description="URL to send a message to when a watched source's story is picked up. Without it none is sent.",
    )
    webhook_sources: frozenset[str] | None = Field(
        None, description='Watched sources, as JSON: ["Norwind"]. By default all that have a name.'
    )
    webhook_timeout: float = Field(
        15.0, gt=0, le=300, allow_inf_nan=False, description="Seconds in which the receiver must respond."
    )
    webhook_give_up_hours: float = Field(
        72.0,
        gt=0,
        allow_inf_nan=False,
        description="Hours of retrying after which an unacknowledged message is dropped. Time in which the service or "
        "Redis did not run does not count.",
    )

    @field_validator("webhook_secret")
    @classmethod
    def _readable(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None:
            read_secrets(secret.get_secret_value())
        return secret

    @field_validator("webhook_url")
    @classmethod
    def _signed(cls, url: HttpUrl | None, info: ValidationInfo) -> HttpUrl | None:
        if url is not None and info.data.get("webhook_secret") is None:
            raise ValueError("messages are signed, so WIREMATCH_WEBHOOK_SECRET is needed, too")
        host = ((url and url.host) or "").strip("[]")
        local = is_loopback(host) or (as_address(host) is not None and not is_public(host))
        if local and not info.data.get("webhook_private"):
            raise ValueError("this address is not public; set WIREMATCH_WEBHOOK_PRIVATE=true to send there anyway")
        return url
