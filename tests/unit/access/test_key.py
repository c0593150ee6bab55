from __future__ import annotations

import ast
import inspect
from datetime import UTC, datetime, timedelta

import pytest

from wirematch.access import key
from wirematch.access.key import Caller, KeyRecord, Rates, Scope, id_of

NOW = datetime(2026, 3, 3, tzinfo=UTC)


def test_a_key_opens_with_its_own_token_only():
    mine, token = KeyRecord.make("mine", (Scope.CHECK,), NOW)
    other, its = KeyRecord.make("other", (Scope.CHECK,), NOW)

    assert mine.opens(token)
    assert other.opens(its)
    assert not mine.opens(its)
    assert not mine.opens(token[:-1])
    assert id_of(token) == mine.id


def test_a_token_has_256_random_bits_and_none_of_them_is_kept():
    record, token = KeyRecord.make("mine", (Scope.CHECK,), NOW)
    secret = token.split("_", 2)[2]

    assert len(secret) == 43  # 256 bits in base64
    assert secret not in record.model_dump_json()
    assert len({KeyRecord.make("mine", (), NOW)[1] for _ in range(1_000)}) == 1_000


def test_equal_tokens_of_two_records_would_have_different_hashes():
    one, other = (KeyRecord.make("mine", (), NOW)[0] for _ in range(2))

    assert one.salt != other.salt


def test_comparing_takes_as_long_whatever_differs():
    tree = ast.parse(inspect.getsource(key))
    [opens] = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "opens"]

    assert "compare_digest" in ast.unparse(opens)
    assert not [node for node in ast.walk(opens) if isinstance(node, ast.Compare)]


@pytest.mark.parametrize(
    ("expires", "revoked", "valid"),
    [(None, None, True), (1, None, True), (0, None, False), (-1, None, False), (None, 0, False), (1, 0, False)],
)
def test_until_when_a_key_counts(expires, revoked, valid):
    record, _ = KeyRecord.make("mine", (), NOW)
    times = {"expires_at": expires, "revoked_at": revoked}
    moments = {name: NOW + timedelta(hours=hours) for name, hours in times.items() if hours is not None}

    assert record.model_copy(update=moments).valid(NOW) == valid


@pytest.mark.parametrize("text", ["", "wm_", "wm_0123abcd_short", "wm_0123ABCD_" + "A" * 43, "wm_0123abcd_" + "A" * 44])
def test_what_is_no_token_has_no_id(text):
    assert id_of(text) is None


def test_a_caller_carries_nothing_that_its_token_is_checked_with():
    record, _ = KeyRecord.make("desk", [Scope.CHECK], datetime.now(UTC), tenant="calder", rates=Rates(1, 2))
    caller = record.caller

    assert type(caller) is Caller
    assert caller.model_dump() == record.model_dump(include=set(Caller.model_fields))
    assert not {"salt", "hash"} & set(caller.model_dump())
