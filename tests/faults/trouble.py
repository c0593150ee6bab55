"""Trouble under load: traffic before, during and after it, and what clients were answered meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable

from faults.ledger import Ledger
from faults.stand import Services, choice
from faults.traffic import Traffic
from support.waiting import wait_for

SEED = choice("FAULT_SEED", 1)
LASTS = 8.0
"""Duration of a fault: longer than the service waits for its store."""
LONGEST = 30.0
"""Seconds within which every response must come; WIREMATCH_REQUEST_TIMEOUT is as long."""
ALLOWED = {404, 409, 503, 504}
"""404: for a removal whose first response was lost. 409: a request with the same idempotency key is being processed."""


def suffer(
    ledger: Ledger,
    services: Services,
    begin: Callable[[], None],
    end: Callable[[], None],
    seconds: float = LASTS,
    refused: bool = False,
) -> float:
    """Run traffic before, during and after a fault; return the seconds from its end to the next response.

    With ``refused``, the fault lasts until a request was answered 503.
    """
    with Traffic(ledger, services.ports, SEED, clients=3):
        wait_for(lambda: ledger.acknowledged > 40, "answers before it")
        begin()
        time.sleep(seconds)
        wait_for(lambda: not refused or 503 in ledger.refused, "a refusal")
        during = ledger.acknowledged
        end()
        began = time.monotonic()
        wait_for(lambda: ledger.acknowledged > during, "answers after it")
        took = time.monotonic() - began
        wait_for(lambda: ledger.acknowledged > during + 20, "more answers after it")
    services.wait_until_ready()
    check_answers(ledger, services)
    return took


def check_answers(ledger: Ledger, services: Services) -> None:
    """Every refusal was clear and in time, and no service met an error that it did not expect."""
    assert ledger.refused.keys() <= ALLOWED
    assert not ledger.without_retry_after
    assert ledger.longest < LONGEST
    assert "Traceback" not in services.logs()
