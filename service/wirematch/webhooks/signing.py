"""Signatures of Standard Webhooks 1.0.0 (https://www.standardwebhooks.com), symmetric scheme ``v1``."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

PREFIX = "whsec_"
KEY_BYTES = range(24, 65)
"""Key lengths that the specification allows."""


def read_secrets(text: str) -> list[bytes]:
    """Parse secrets separated by spaces. Raises ValueError, which does not contain the secret, if one is invalid."""
    secrets = text.split()
    if not secrets:
        raise ValueError("there is no secret")
    return [_key(secret) for secret in secrets]


def signature_headers(keys: Sequence[bytes], message_id: str, timestamp: int, payload: bytes) -> dict[str, str]:
    """Return the headers of a message, signed with each key.

    ``timestamp`` (seconds since 1970) is that of this attempt.
    """
    signed = f"{message_id}.{timestamp}.".encode() + payload
    signatures = (base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def _key(secret: str) -> bytes:
    if not secret.startswith(PREFIX):
        raise ValueError(f"a secret begins with '{PREFIX}'")
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError(f"what follows '{PREFIX}' is not base64") from error
    if len(key) not in KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES[0]} to {KEY_BYTES[-1]} bytes, and this one has {len(key)}")
    return key
