"""An API key: the token that its holder sends, and the record that is stored.

A token is ``wm_ID_SECRET``: eight hexadecimal digits that identify the key, and 256 random bits in URL-safe base64.
Only a BLAKE2b hash of the token, keyed with a salt of its own, is stored, so nobody gets in with what is stored. A slow
hash is for passwords, which can be guessed; 256 random bits cannot.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, StringConstraints

from wirematch.index.keys import NAME

PREFIX = "wm"
ID_BYTES, SECRET_BYTES, SALT_BYTES = 4, 32, 16
_TOKEN = re.compile(rf"{PREFIX}_([0-9a-f]{{{2 * ID_BYTES}}})_[A-Za-z0-9_-]{{43}}")
Name = Annotated[str, StringConstraints(pattern=NAME)]


class Scope(StrEnum):
    """What a key allows."""

    CHECK = "check"
    """Check articles, and read what is stored."""
    STORE = "store"
    """Add, replace and remove articles."""
    ADMIN = "admin"
    """All of that, and what is reserved for the operator."""


class Rates(NamedTuple):
    """Rate limits of a key, per second; None for no limit."""

    requests: int | None = None
    bytes: int | None = None


NO_RATES = Rates()


class Caller(BaseModel):
    """The holder of a key, as the sender of a request."""

    model_config = ConfigDict(frozen=True)

    id: str
    """Of the key."""
    name: Name
    scopes: frozenset[Scope]
    tenant: Name | None = None
    """Whose articles the key works on; None for those of no tenant."""
    requests_per_second: PositiveInt | None = None
    bytes_per_second: PositiveInt | None = None

    @property
    def limited(self) -> bool:
        """Whether the key has a rate limit."""
        return self.requests_per_second is not None or self.bytes_per_second is not None

    def may(self, scope: Scope) -> bool:
        """Whether the key's scopes include ``scope``; ``admin`` includes all."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


class KeyRecord(Caller):
    """What is stored of a key: who holds it, how long it is valid, and what its token is checked with."""

    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    salt: str = Field(repr=False)
    hash: str = Field(repr=False)

    @classmethod
    def make(  # noqa: PLR0913 - what a record has
        cls,
        name: str,
        scopes: Collection[Scope],
        now: datetime,
        *,
        tenant: str | None = None,
        expires_at: datetime | None = None,
        rates: Rates = NO_RATES,
    ) -> tuple[Self, str]:
        """Return a new key and its token, which is stored nowhere."""
        key_id = secrets.token_hex(ID_BYTES)
        token = f"{PREFIX}_{key_id}_{secrets.token_urlsafe(SECRET_BYTES)}"
        salt = secrets.token_bytes(SALT_BYTES)
        record = cls(
            id=key_id,
            name=name,
            scopes=frozenset(scopes),
            tenant=tenant,
            created_at=now,
            expires_at=expires_at,
            requests_per_second=rates.requests,
            bytes_per_second=rates.bytes,
            salt=base64.b64encode(salt).decode(),
            hash=_hash(token, salt),
        )
        return record, token

    @property
    def caller(self) -> Caller:
        """The holder alone, as requests know them: what the token is checked with stays here."""
        return Caller.model_validate(self.model_dump(include=set(Caller.model_fields)))

    def opens(self, token: str) -> bool:
        """Whether the token is this key's, in constant time."""
        return hmac.compare_digest(_hash(token, base64.b64decode(self.salt)), self.hash)

    def valid(self, now: datetime) -> bool:
        """Whether the key is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    @property
    def shown(self) -> str:
        """The beginning of the token, to recognise the key by."""
        return f"{PREFIX}_{self.id}_…"


def id_of(token: str) -> str | None:
    """Return the key id in a token; None if it is malformed."""
    found = _TOKEN.fullmatch(token)
    return found and found[1]


def _hash(token: str, salt: bytes) -> str:
    return hashlib.blake2b(token.encode(), key=salt, digest_size=32).hexdigest()
