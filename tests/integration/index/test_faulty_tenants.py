"""What is wrong with one tenant's index stops no work for the others, and is told once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from support.expiry import let_pass
from support.waiting import until
from wirematch.composition import tenancy as composition_tenancy
from wirematch.composition.background import TenantFaults, in_background
from wirematch.composition.components import IndexComponents, open_components
from wirematch.composition.rebuilding import clear_remains, rebuild
from wirematch.composition.tenancy import Tenancy, check_tenants
from wirematch.concurrency import end
from wirematch.detection.detector import Detector
from wirematch.errors import DamagedTenantError, IndexUnavailableError
from wirematch.index.fingerprint_record import FingerprintRecord, Generation
from wirematch.models import Article
from wirematch.observability.recording import record_given_up
from wirematch.state.tenant_records import Tenant, Tenants
from wirematch.webhooks.courier import Courier

pytestmark = pytest.mark.anyio
NAMES = ("amber", "birch", "cedar")
FAULTY = "birch"
SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
async def components(redis_url, settings) -> AsyncIterator[IndexComponents]:
    async with open_components(redis_url, settings) as components:
        registry = Tenants(components.store, components.namespace)
        for name in NAMES:
            await registry.create(Tenant(name=name, created_at=datetime.now(UTC)))
        yield components


@pytest.fixture
async def tenancy(components, settings) -> Tenancy[IndexComponents]:
    tenancy = Tenancy(components, settings, lambda one: one, record_given_up)
    for name in NAMES:
        await tenancy.view(name)
    return tenancy


def damage(store, components: IndexComponents, name: str) -> None:
    """The record of the tenant's index is no record, as after a command that somebody typed by mistake."""
    key = components.namespace.of_tenant(name).fingerprint_record
    store.delete(key)
    store.set(key, "oops")


async def test_a_damaged_record_of_a_tenant_concerns_only_this_tenant(components, settings, store, caplog):
    registry = Tenants(components.store, components.namespace)
    store.hset(components.namespace.tenants, FAULTY, b"{oops")
    tenancy = Tenancy(components, settings, lambda one: one, record_given_up)

    await check_tenants(components.store, components.namespace, settings)
    assert set(await registry.read()) == set(NAMES)
    for name in set(NAMES) - {FAULTY}:
        await tenancy.view(name)
        await registry.check(name)
    with pytest.raises(DamagedTenantError):
        await tenancy.view(FAULTY)
    with pytest.raises(DamagedTenantError):
        await registry.check(FAULTY)
    assert await tenancy.sweep(10) == 0
    assert "sweeping failed for the tenant 'birch'" in caplog.text

    await registry.change(FAULTY, lambda one: one.model_copy(update={"most_articles": 7}))
    assert (await registry.find(FAULTY)).most_articles == 7
    await Tenancy(components, settings, lambda one: one, record_given_up).view(FAULTY)


async def test_where_redis_is_away_no_tenant_is_waited_for_in_turn(tenancy, settings, monkeypatch, caplog):
    """Each would take the time within which Redis must answer; the next sweep comes no sooner."""
    asked: list[str] = []

    async def in_vain(*_: object) -> int:
        asked.append("once")
        monkeypatch.setattr(Tenants, "read", away)
        monkeypatch.setattr(composition_tenancy, "FRESH_SECONDS", 0.0)  # as after a time of waiting
        return await away()

    async def away(*_: object) -> int:
        raise IndexUnavailableError("Redis failed or did not answer in time.")

    monkeypatch.setattr(Detector, "sweep", in_vain)
    with pytest.raises(IndexUnavailableError):
        await tenancy.sweep(10)
    assert len(asked) == 1


async def test_what_is_wrong_with_one_tenants_index_stops_no_rebuild_of_the_others(
    components, tenancy, settings, store
):
    damage(store, components, FAULTY)
    told: list[str] = []

    rebuilt = await rebuild(
        settings.redis_url or "", settings, None, lambda *_: None, on_faulty=lambda name, _: told.append(name)
    )

    assert told == [FAULTY]
    assert set(rebuilt) == {None, *NAMES} - {FAULTY}


async def test_a_name_that_no_tenant_can_have_is_nobody(components, store):
    store.hset(components.namespace.tenants, b"\xff{", b"{}")

    assert set(await Tenants(components.store, components.namespace).read()) == set(NAMES)


async def test_expired_articles_of_others_are_removed(components, settings, tenancy, store, caplog):
    ends = datetime.now(UTC) + timedelta(hours=1)
    for name in NAMES:
        detector = (await tenancy.view(name)).detector
        await detector.add_many([Article(id="a", body="Rain fell on the harbour.", expires_at=ends)])
        assert let_pass(3_600, store, components.namespace.of_tenant(name).root) == 1
    damage(store, components, FAULTY)
    anew = Tenancy(components, settings, lambda one: one, record_given_up)

    assert await anew.sweep(10) == len(NAMES) - 1
    assert await anew.sweep(10) == 0
    [told] = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert told.startswith("sweeping failed for the tenant 'birch' and is tried again; the others go on: ")


async def test_what_rebuilds_of_others_left_is_removed(components, settings, tenancy, store):
    left = {}
    for name in NAMES:
        namespace = components.namespace.of_tenant(name)
        record = FingerprintRecord(components.store, namespace)
        assert await record.update(Generation(1, settings.shards), building="2:1")  # as if it had been killed
        left[name] = record
    damage(store, components, FAULTY)
    faults = TenantFaults("looking")
    seen = await clear_remains(components.store, components.namespace, settings, {}, faults)
    await clear_remains(components.store, components.namespace, settings, seen, faults)

    for name in set(NAMES) - {FAULTY}:
        assert (await left[name].read())[0]["building"] == ""


async def test_messages_of_others_are_delivered(components, settings, store, monkeypatch, caplog):
    monkeypatch.setattr(composition_tenancy, "COURIER_SECONDS", 0.01)
    delivering: list[Courier] = []

    async def deliver(courier: Courier) -> None:
        delivering.append(courier)
        await asyncio.Event().wait()

    monkeypatch.setattr(Courier, "run", deliver)
    registry = Tenants(components.store, components.namespace)
    for name in NAMES:
        secret = "" if name == FAULTY else SECRET  # no command stores such a record, but a hand may
        changed = {"webhook_url": "http://127.0.0.1:9/", "webhook_secret": secret}
        await registry.change(name, lambda one, new=changed: Tenant.model_validate(one.model_dump() | new))
    tenancy = Tenancy(components, settings, lambda one: one, record_given_up)
    task = in_background("delivering", tenancy.run_deliveries, pause=0)
    try:
        await until(lambda: len(delivering) >= len(NAMES) - 1 and "the tenant 'birch'" in caplog.text)
    finally:
        await end([task])

    assert len(delivering) == len(NAMES) - 1
    assert "is restarted" not in caplog.text


def test_a_fault_is_told_once_until_it_is_over(caplog):
    faults = TenantFaults("sweeping")
    for failing in (True, True, False, True):
        with faults.apart("amber"):
            if failing:
                raise KeyError("a defect")

    assert [record.getMessage() for record in caplog.records] == [
        "sweeping failed for the tenant 'amber' and is tried again; the others go on: 'a defect'"
    ] * 2
