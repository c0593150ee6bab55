"""Sessions of people who signed in with a key, so that their browser need not keep it.

A session is 256 random bits, of which only a hash is stored: ``{NAME:session:HASH}`` holds the key's id until it
expires. The cookie is sent only from our own pages (``SameSite=Strict``) and is hidden from scripts (``HttpOnly``).
Requests that change something also carry a CSRF token, derived from the session, that only our own pages can know.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.connections.scripts import load_script
from wirematch.index.keys import Namespace

SESSION_BYTES = 32
BEGIN, READ, END = (load_script("wirematch.access", f"{name}_session") for name in ("begin", "read", "end"))


class Sessions:
    """The sessions of an index. Every method raises IndexUnavailableError when Redis does not answer."""

    def __init__(self, store: Store, namespace: Namespace, window: timedelta) -> None:
        self.window = window
        self._store = store
        self._namespace = namespace

    async def begin(self, key_id: str) -> str:
        """Begin a session for the key's holder and return its secret."""
        session = secrets.token_urlsafe(SESSION_BYTES)
        with translated_errors():
            args: list[str | bytes | int] = [key_id, round(self.window.total_seconds() * 1000)]
            await self._store.write(BEGIN, [self._key(session)], args)
        return session

    async def key_of(self, session: str) -> str | None:
        """Return the id of the session's key; None if the session has ended or never existed."""
        with translated_errors():
            found = await self._store.read(READ, [self._key(session)])
        return None if found is None else found.decode()

    async def end(self, session: str) -> None:
        """Delete the session."""
        with translated_errors():
            await self._store.write(END, [self._key(session)])

    def _key(self, session: str) -> bytes:
        return self._namespace.session(hashlib.blake2b(session.encode(), digest_size=32).hexdigest())


def csrf_token(session: str) -> str:
    """Return the CSRF token of a session, which our pages send with requests that change something."""
    return hmac.digest(session.encode(), b"csrf", hashlib.sha256).hex()


def is_csrf_token(sent: str, session: str) -> bool:
    """Whether the CSRF token is the session's, in constant time."""
    return hmac.compare_digest(sent.encode(), csrf_token(session).encode())
