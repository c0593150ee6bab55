"""Processes the outbox: looks up pickups, and delivers messages with exponential backoff until acknowledged."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable

import httpx2

from wirematch.detection.detector import Detector
from wirematch.errors import ArticleNotFoundError, DamagedRecordError, WirematchError
from wirematch.webhooks.listener import PickupListener
from wirematch.webhooks.outbox import ClaimedTask, Delivery, GivenUpTasks, PickupLookup, TaskKind, kind_of
from wirematch.webhooks.sender import Receiver, Sender
from wirematch.webhooks.signing import signature_headers

BATCH = 16
"""Tasks claimed and processed concurrently."""
POLL_SECONDS = 1.0
"""Seconds between claims when no task is due: other processes do not signal tasks that they add."""
LEASE_MARGIN_SECONDS = 5.0
"""How much longer a task's lease is than the receiver's timeout."""
MIN_DELAY, MAX_DELAY = 1.0, 3_600.0
"""Seconds between attempts to deliver a message."""
MAX_LOOKUPS, LOOKUP_SECONDS = 10, 60.0
"""Attempts to find an article that is not stored, and seconds between them: it may still be stored, or never be."""

log = logging.getLogger(__name__)


def _ignored(kind: TaskKind) -> None:
    """Nobody counts what is given up."""


class Courier:
    """Processes the outbox in one process; several may run, each on the tasks that it has claimed."""

    def __init__(  # noqa: PLR0913 - composed in one place
        self,
        detector: Detector,
        listener: PickupListener,
        receiver: Receiver,
        given_up: GivenUpTasks = _ignored,
        *,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """``given_up`` is told of each task that is given up."""
        self._detector = detector
        self._listener = listener
        self._outbox = listener.outbox
        self._receiver = receiver
        self._given_up = given_up
        self._clock = clock
        self._chance = chance
        self._sender = Sender(receiver)

    async def run(self) -> None:
        """Work until cancelled; other processes claim unfinished tasks when their leases expire."""
        self._sender = Sender(self._receiver)  # one that was closed cannot be opened again
        async with self._sender:
            while True:
                try:
                    busy = await self.work()
                except WirematchError as error:
                    log.warning("the webhook outbox is unavailable: %s", error)
                    busy = False
                    await asyncio.sleep(POLL_SECONDS)
                if not busy:
                    await self._outbox.wait(POLL_SECONDS)

    async def work(self) -> bool:
        """Claim and process a batch of due tasks; return whether there were any. Raises IndexUnavailableError."""
        lease = self._receiver.timeout + LEASE_MARGIN_SECONDS
        claimed = await self._outbox.claim(BATCH, lease, self._given_up)
        outcomes = await asyncio.gather(*map(self._do, claimed), return_exceptions=True)  # noqa: TID251 - waits for all
        for one, outcome in zip(claimed, outcomes, strict=True):
            if isinstance(outcome, DamagedRecordError):  # as it stays, most likely
                await self._put_off(one.name, one.task, type(outcome).__name__)
            elif isinstance(outcome, WirematchError):
                log.warning("a webhook task is retried: %s", outcome)
            elif isinstance(outcome, Exception):  # a defect that one task meets must not hold up the others
                log.error("a webhook task failed", exc_info=outcome)
                await self._put_off(one.name, one.task, type(outcome).__name__)
            elif outcome is not None:
                raise outcome
        return bool(claimed)

    async def _do(self, claimed: ClaimedTask) -> None:
        if isinstance(claimed.task, PickupLookup):
            await self._look_up(claimed.name, claimed.task)
        else:
            await self._deliver(claimed.name, claimed.task)

    async def _look_up(self, name: str, lookup: PickupLookup) -> None:
        try:
            article, report = await self._detector.stored.report_on_stored(lookup.article_id)
            events, complete = self._listener.events(article, report), not report.partial_index
        except ArticleNotFoundError:
            events, complete = [], False
        if not complete and lookup.tries + 1 < MAX_LOOKUPS:
            again = lookup.model_copy(update={"tries": lookup.tries + 1})
            await self._outbox.postpone(name, again, LOOKUP_SECONDS)
            return
        await self._outbox.settle([name], events)

    async def _deliver(self, name: str, delivery: Delivery) -> None:
        failure, retry_after = await self._post(delivery)
        if failure is None:
            await self._outbox.settle([name], [])
            return
        await self._put_off(name, delivery, failure, retry_after)

    async def _put_off(self, name: str, task: PickupLookup | Delivery, failure: str, retry_after: float = 0.0) -> None:
        """Try a task that failed again later, or give it up, which leaves it in the log alone.

        Counted is what it was put off for, not the time that has passed: neither a clock that is set nor a service that
        did not run takes attempts away from a message.
        """
        attempts = task.attempts + 1
        if isinstance(task, Delivery):
            about, content = task.event_id, task.payload
        else:
            about, content = f"look-up of {task.article_id}", task.model_dump_json()
        delay = max(backoff(attempts, self._chance()), retry_after)
        waited = task.waited + delay
        if waited > self._receiver.give_up:
            log.error("webhook %s is given up after %d attempts: %s: %s", about, attempts, failure, content)
            self._given_up(kind_of(name))
            await self._outbox.settle([name], [])
            return
        log.warning("webhook %s: %s; retried in %.1f s", about, failure, delay)
        await self._outbox.postpone(name, task.model_copy(update={"attempts": attempts, "waited": waited}), delay)

    async def _post(self, delivery: Delivery) -> tuple[str | None, float]:
        """Send a message; return the failure (None if acknowledged) and the seconds of ``Retry-After`` (0 without)."""
        payload = delivery.payload.encode()
        headers = signature_headers(self._receiver.keys, delivery.event_id, int(self._clock()), payload)
        headers["content-type"] = "application/json"
        try:
            # The client's own timeout applies to each read; a slow response must not outlast the lease.
            async with asyncio.timeout(self._receiver.timeout):
                response = await self._sender.post(payload, headers)
        except (httpx2.HTTPError, TimeoutError) as error:
            return f"no answer ({type(error).__name__}: {error})", 0.0
        if response.is_success:
            return None, 0.0
        retry_after = response.headers.get("retry-after", "")
        return f"status {response.status_code}", min(float(retry_after), MAX_DELAY) if retry_after.isdecimal() else 0.0


def backoff(attempts: int, chance: float) -> float:
    """Return the seconds before the next attempt: exponential up to an hour, half of it jitter.

    ``chance`` is a random number from 0 to 1.
    """
    delay: float = min(MIN_DELAY * 2 ** min(attempts - 1, 32), MAX_DELAY)
    return delay * (0.5 + chance / 2)
