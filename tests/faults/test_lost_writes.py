"""A store comes back without its last writes: their numbers are given again, and no cache takes one for another."""

from __future__ import annotations

import os
import random
from pathlib import Path

from faults.stand import Services, Store
from support.live_service import client_of
from support.made_up import told, words
from support.waiting import wait_for

MANY = 8


def text(seed: int) -> str:
    return told(words(random.Random(seed), 120))


def test_what_was_flushed_is_not_taken_for_what_has_its_number(tmp_path: Path, store: Store) -> None:
    """Somebody emptied Redis under running services (FLUSHALL), which begin an empty index."""
    services = Services(tmp_path, store.url, 2)
    try:
        service, other = services.running
        service.store(*({"id": f"lost-{number}", "body": text(number)} for number in range(1, MANY)))
        with client_of(store.url) as client:
            client.flushall()
        other.store(*({"id": f"new-{number}", "body": text(MANY + number)} for number in range(1, MANY)))

        told_of = [service.post("/v1/check", {"body": text(MANY + number)}).json() for number in range(1, MANY)]
        assert [one["original_id"] for one in told_of] == [f"new-{number}" for number in range(1, MANY)]
        assert "Traceback" not in services.logs()
    finally:
        services.end()


def test_what_was_lost_is_not_taken_for_what_has_its_number(tmp_path: Path, store: Store) -> None:
    """The machine failed, or a replica took over that lacked the last writes; another service stores the next."""
    services = Services(tmp_path, store.url, 2)
    try:
        service, other = services.running
        service.store({"id": "first", "body": text(0)})
        kept = store.appended.stat().st_size
        service.store(*({"id": f"lost-{number}", "body": text(number)} for number in range(1, MANY)))
        for number in range(1, MANY):
            assert service.post("/v1/check", {"body": text(number)}).json()["original_id"] == f"lost-{number}"
        store.kill()
        os.truncate(store.appended, kept)
        store.start()
        wait_for(services.all_ready, "readiness")

        other.store(*({"id": f"new-{number}", "body": text(MANY + number)} for number in range(1, MANY)))

        told_of = [service.post("/v1/check", {"body": text(MANY + number)}).json() for number in range(1, MANY)]
        assert [one["original_id"] for one in told_of] == [f"new-{number}" for number in range(1, MANY)]
        assert {one["matches"][0]["verbatim"] for one in told_of} == {1.0}
        for number in range(1, MANY):
            assert service.post("/v1/check", {"body": text(number)}).json()["matches"] == []
    finally:
        services.end()
