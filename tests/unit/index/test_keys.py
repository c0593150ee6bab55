"""Every Redis key, byte for byte: stored data is found by them."""

from __future__ import annotations

import pytest
from redis.crc import key_slot

from wirematch.index.keys import SLOTS, Namespace

MAIN = Namespace("main")


def test_keys_of_the_index():
    shard = MAIN.shard(1, 0, 1)

    assert MAIN.fingerprint_record == b"{main}:record"
    assert shard.prefix == b"{main:1.0.0}:"
    assert shard.declared == (b"{main:1.0.0}:state", b"{main:1.0.0}:ids", b"{main:1.0.0}:guard")
    assert [MAIN.shard(2, number, 4).prefix for number in range(4)] == [
        b"{main:2.0.2}:",
        b"{main:2.1.0}:",
        b"{main:2.2.2}:",
        b"{main:2.3.0}:",
    ]


def test_keys_of_the_state_beside_the_index():
    assert MAIN.clusters.declared == (b"{main:groups}:of",)
    assert MAIN.pending_articles == b"{main:groups}:expected"
    assert MAIN.clusters.prefix == b"{main:groups}:g"
    assert MAIN.kill("urn:a/ä") == "{main:kill:urn:a/ä}".encode()
    assert MAIN.idempotency_key("8e03") == b"{main:request:8e03}"
    assert MAIN.rate_limits == "main:limit"
    assert MAIN.probe == b"{main:probe}"
    assert MAIN.access_keys == b"{main:access}"
    assert MAIN.session("8e03") == b"{main:session:8e03}"
    assert MAIN.checked_article("8e03") == b"{main:check:8e03}"
    assert MAIN.pickup_note("8e03") == b"{main:pickups}:8e03"
    assert MAIN.judgements == (b"{main:judgements}:pairs", b"{main:judgements}:times")
    assert MAIN.outbox == (b"{main}:outbox", b"{main}:outbox:content", b"{main}:outbox:clock")


def test_keys_that_one_script_uses_are_in_one_slot():
    for keys in (MAIN.clusters.declared, MAIN.outbox, MAIN.judgements, MAIN.shard(1, 2, 6).declared):
        assert len({key_slot(key) for key in keys}) == 1
    assert key_slot(MAIN.clusters.prefix + b"id") == key_slot(MAIN.clusters.declared[0])


@pytest.mark.parametrize("shards", [1, 3, 6, 64])
def test_shards_are_evenly_distributed_over_the_slots(shards):
    slots = [key_slot(MAIN.shard(1, shard, shards).prefix) for shard in range(shards)]

    assert [slot * shards // SLOTS for slot in slots] == list(range(shards))


@pytest.mark.parametrize("shard", [-1, 3])
def test_a_shard_that_does_not_exist_has_no_keys(shard):
    with pytest.raises(ValueError, match="no shard"):
        Namespace("main").shard(0, shard, 3)


def test_namespaces_have_no_prefix_in_common():
    assert MAIN.shard(1, 0, 1).prefix != Namespace("main:1").shard(1, 0, 1).prefix
    assert MAIN.shard(11, 0, 1).prefix != MAIN.shard(1, 1, 2).prefix
