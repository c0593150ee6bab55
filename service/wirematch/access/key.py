"""A key: what its holder sends, and what is kept of it.

A token is ``wm_ID_SECRET``: eight hexadecimal digits that name the key, and 256 random bits in URL-safe base64. At rest
is only a BLAKE2b hash of the token, keyed with salt of the record's own: from what is stored nobody gets in. A slow
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

from pydantic import BaseModel, ConfigDict, PositiveInt, StringConstraints

from wirematch.index.keys import NAME

PREFIX = "wm"
ID_BYTES, SECRET_BYTES, SALT_BYTES = 4, 32, 16
_TOKEN = re.compile(rf"{PREFIX}_([0-9a-f]{{{2 * ID_BYTES}}})_[A-Za-z0-9_-]{{43}}")
Name = Annotated[str, StringConstraints(pattern=NAME)]


class Scope(StrEnum):
    """What a key allows."""

    CHECK = "check"
    """Ask, and read what is stored."""
    STORE = "store"
    """Add, replace and remove articles."""
    ADMIN = "admin"
    """All of that, and what is left to whoever runs the service."""


class Rates(NamedTuple):
    """How much a key's holder may send a second; None for any amount."""

    requests: int | None = None
    bytes: int | None = None


NO_RATES = Rates()


class Caller(BaseModel):
    """Who sends a request, as far as a key says."""

    model_config = ConfigDict(frozen=True)

    key_id: str
    name: Name
    scopes: frozenset[Scope]
    tenant: Name | None = None
    """Whose articles these are; None for the index's own."""
    requests_per_second: int | None = None
    bytes_per_second: int | None = None

    @property
    def limited(self) -> bool:
        """Whether what it sends is counted."""
        return self.requests_per_second is not None or self.bytes_per_second is not None

    def may(self, scope: Scope) -> bool:
        """Whether a key with these scopes is enough."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


class KeyRecord(BaseModel):
    """What is stored of a key."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: Name
    scopes: frozenset[Scope]
    tenant: Name | None = None
    requests_per_second: PositiveInt | None = None
    bytes_per_second: PositiveInt | None = None
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    salt: str
    hash: str

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
        """A new key and its token, which is nowhere else."""
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

    def opens(self, token: str) -> bool:
        """Whether the token is this key's; takes as long whatever differs."""
        return hmac.compare_digest(_hash(token, base64.b64decode(self.salt)), self.hash)

    def valid(self, now: datetime) -> bool:
        """Whether it still counts."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    @property
    def caller(self) -> Caller:
        """Its holder."""
        return Caller(
            key_id=self.id,
            name=self.name,
            scopes=self.scopes,
            tenant=self.tenant,
            requests_per_second=self.requests_per_second,
            bytes_per_second=self.bytes_per_second,
        )

    @property
    def shown(self) -> str:
        """The beginning of its token, for recognising it."""
        return f"{PREFIX}_{self.id}_…"


def id_of(token: str) -> str | None:
    """The id in a token; None when it is no token."""
    found = _TOKEN.fullmatch(token)
    return found and found[1]


def _hash(token: str, salt: bytes) -> str:
    return hashlib.blake2b(token.encode(), key=salt, digest_size=32).hexdigest()
