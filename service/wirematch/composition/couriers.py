"""Make the couriers that deliver webhook messages about pickups."""

from __future__ import annotations

from wirematch.composition.parts import Parts
from wirematch.settings import Settings
from wirematch.webhooks.courier import Courier
from wirematch.webhooks.sender import Receiver
from wirematch.webhooks.signing import read_secrets


def make_courier(parts: Parts, settings: Settings) -> Courier | None:
    """Return the courier of the configured webhook; None where none is configured."""
    if settings.webhook_url is None or settings.webhook_secret is None:
        return None
    return courier_to(str(settings.webhook_url), settings.webhook_secret.get_secret_value(), parts, settings)


def courier_to(url: str, secrets: str, parts: Parts, settings: Settings) -> Courier | None:
    """Return a courier that sends the outbox of ``parts`` to ``url``, signed with ``secrets``; None without one."""
    if parts.listener is None:
        return None
    receiver = Receiver(
        url,
        read_secrets(secrets),
        settings.webhook_timeout,
        settings.webhook_give_up_hours * 3600,
        settings.webhook_private,
    )
    return Courier(parts.detector, parts.listener, receiver)
