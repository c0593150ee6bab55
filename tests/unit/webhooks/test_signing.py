from __future__ import annotations

import base64
import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from wirematch.webhooks.courier import MAX_DELAY, backoff
from wirematch.webhooks.signing import read_secrets, signature_headers


def secret_of(key: bytes) -> str:
    return "whsec_" + base64.b64encode(key).decode()


def test_the_specifications_own_example():
    """The example from the tests of the reference implementation."""
    keys = read_secrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signature_headers(keys, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(min_size=24, max_size=64), st.binary(max_size=2_000), st.text("abcdef_0123456789", min_size=1))
def test_the_reference_accepts_what_is_signed(key, payload, message_id):
    payload = payload.hex().encode()  # it reads payloads as text
    headers = signature_headers(read_secrets(secret_of(key)), message_id, int(time.time()), payload)
    webhook = Webhook(secret_of(key))

    signed = webhook.sign(message_id, datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC), payload.decode())
    assert headers["webhook-signature"] == signed


def test_while_a_secret_changes_either_receiver_is_served():
    old, new = secret_of(b"o" * 24), secret_of(b"n" * 24)
    headers = signature_headers(read_secrets(f"{new} {old}"), "msg_1", int(time.time()), b"{}")

    for secret in (old, new):
        assert Webhook(secret).verify("{}", headers) == {}


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        ("", "no secret"),
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "begins with 'whsec_'"),
        ("whsec_c2g*b3J0", "not base64"),
        ("whsec_c2hvcnQ=", "24 to 64 bytes, and this one has 5"),
    ],
)
def test_a_secret_that_is_none_is_refused_without_being_told(secret, said):
    with pytest.raises(ValueError, match=re.escape(said)) as caught:
        read_secrets(secret)
    assert not secret or secret.removeprefix("whsec_") not in str(caught.value)


def test_pauses_grow_to_an_hour():
    assert [backoff(attempts, 1.0) for attempts in (1, 2, 3, 4)] == [1, 2, 4, 8]
    assert backoff(5, 0.0) == 8
    assert backoff(10_000, 1.0) == MAX_DELAY
