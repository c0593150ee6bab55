"""Make the couriers that deliver webhook messages about pickups."""

from __future__ import annotations

from wirematch.composition.components import IndexComponents
from wirematch.settings import Settings
from wirematch.webhooks.courier import Courier
from wirematch.webhooks.outbox import GivenUpTasks
from wirematch.webhooks.sender import Receiver
from wirematch.webhooks.signing import read_secrets


def make_courier(components: IndexComponents, settings: Settings, given_up: GivenUpTasks) -> Courier | None:
    """Return the courier of the configured webhook; None where none is configured."""
    if settings.webhook_url is None or settings.webhook_secret is None:
        return None
    secrets = settings.webhook_secret.get_secret_value()
    return courier_to(str(settings.webhook_url), secrets, components, settings, given_up)


def courier_to(
    url: str, secrets: str, components: IndexComponents, settings: Settings, given_up: GivenUpTasks
) -> Courier | None:
    """Return a courier that sends the components' outbox to ``url``, signed with ``secrets``; None without one."""
    if components.listener is None:
        return None
    receiver = Receiver(
        url,
        read_secrets(secrets),
        settings.webhook_timeout,
        settings.webhook_give_up_hours * 3600,
        settings.webhook_private,
    )
    return Courier(components.detector, components.listener, receiver, given_up)
