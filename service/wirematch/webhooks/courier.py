"""Sends what is in the outbox, again and again with growing pauses, until the receiver says that it has it."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx2

from wirematch import __version__
from wirematch.detection.detector import Detector
from wirematch.errors import ArticleNotFoundError, WirematchError
from wirematch.webhooks.listener import PickupListener
from wirematch.webhooks.outbox import Claimed, Look, Send
from wirematch.webhooks.signing import signature_headers

AT_ONCE = 16
POLL_SECONDS = 1.0
"""Between looks for what other processes put in, and for what is due again."""
GRACE_SECONDS = 5.0
"""Beyond the receiver's time for which a message stays this process's own."""
FIRST_DELAY, LONGEST_DELAY = 1.0, 3_600.0
MOST_LOOKS, LOOK_SECONDS = 10, 60.0
"""An article that is not there may still be waiting to be stored, or never come."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where messages go, and how patient we are with it."""

    url: str
    keys: Sequence[bytes]
    timeout: float
    """Seconds that it has for an answer."""
    give_up: float
    """Seconds after which a message that was never taken is given up."""


class Courier:
    """One process's share in the outbox; several work side by side, each on what it claimed."""

    def __init__(
        self,
        detector: Detector,
        listener: PickupListener,
        receiver: Receiver,
        *,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._detector = detector
        self._listener = listener
        self._outbox = listener.outbox
        self._receiver = receiver
        self._clock = clock
        self._chance = chance
        # No redirects: a signed message goes where it was meant to go.
        self._client = httpx2.AsyncClient(
            timeout=receiver.timeout, follow_redirects=False, headers={"user-agent": f"Wirematch/{__version__}"}
        )

    async def run(self) -> None:
        """Work for ever; ends by being cancelled, with what it had in hand left to others."""
        async with self._client:
            while True:
                try:
                    busy = await self.work()
                except WirematchError as error:
                    log.warning("webhooks wait: %s", error)
                    busy = False
                    await asyncio.sleep(POLL_SECONDS)
                if not busy:
                    await self._outbox.wait(POLL_SECONDS)

    async def work(self) -> bool:
        """Do some of what is due; whether there was anything. IndexUnavailableError."""
        claimed = await self._outbox.claim(AT_ONCE, self._receiver.timeout + GRACE_SECONDS)
        outcomes = await asyncio.gather(*map(self._do, claimed), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, WirematchError):
                log.warning("a webhook is tried again: %s", outcome)
            elif isinstance(outcome, BaseException):
                raise outcome
        return bool(claimed)

    async def _do(self, claimed: Claimed) -> None:
        if isinstance(claimed.task, Look):
            await self._look(claimed.name, claimed.task)
        else:
            await self._send(claimed.name, claimed.task)

    async def _look(self, name: str, look: Look) -> None:
        try:
            events = self._listener.events(*await self._detector.report_on_stored(look.article_id))
        except ArticleNotFoundError:
            if look.tries + 1 < MOST_LOOKS:
                later = look.model_copy(update={"tries": look.tries + 1})
                await self._outbox.postpone(name, later, LOOK_SECONDS)
                return
            events = []
        await self._outbox.settle([name], events)

    async def _send(self, name: str, send: Send) -> None:
        trouble, wanted = await self._post(send)
        if trouble is None:
            await self._outbox.settle([name], [])
            return
        attempts = send.attempts + 1
        if self._clock() - send.found_at > self._receiver.give_up:
            log.error(
                "webhook %s is given up after %d attempts: %s: %s", send.event_id, attempts, trouble, send.payload
            )
            await self._outbox.settle([name], [])
            return
        delay = max(backoff(attempts, self._chance()), wanted)
        log.warning("webhook %s: %s; tried again in %.1f s", send.event_id, trouble, delay)
        await self._outbox.postpone(name, send.model_copy(update={"attempts": attempts}), delay)

    async def _post(self, send: Send) -> tuple[str | None, float]:
        """What went wrong, if anything did, and the seconds for which the receiver wants to be left alone."""
        payload = send.payload.encode()
        headers = signature_headers(self._receiver.keys, send.event_id, int(self._clock()), payload)
        headers["content-type"] = "application/json"
        try:
            # The client's own limits are for each step; a receiver that dribbles is not to outlast the claim.
            async with asyncio.timeout(self._receiver.timeout):
                answer = await self._client.post(self._receiver.url, content=payload, headers=headers)
        except (httpx2.HTTPError, TimeoutError) as error:
            return f"no answer ({type(error).__name__})", 0.0
        if answer.is_success:
            return None, 0.0
        wanted = answer.headers.get("retry-after", "")
        return f"status {answer.status_code}", min(float(wanted), LONGEST_DELAY) if wanted.isdecimal() else 0.0


def backoff(attempts: int, chance: float) -> float:
    """Seconds before the next attempt: doubled each time up to an hour, half of them at random."""
    delay: float = min(FIRST_DELAY * 2 ** min(attempts - 1, 32), LONGEST_DELAY)
    return delay * (0.5 + chance / 2)
