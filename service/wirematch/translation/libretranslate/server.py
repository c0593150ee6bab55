"""A client for LibreTranslate-compatible servers: https://docs.libretranslate.com/."""

from __future__ import annotations

import asyncio
import ipaddress
import json
from collections.abc import Mapping
from typing import Any

import httpx2

from wirematch import __version__
from wirematch.translation.translator import FailureReason, TranslationFailedError

MOST_ANSWER = 8 << 20
"""Maximum size of a response in bytes; reading stops there."""
RETRIES = 2
"""Retries after a response that allows them, or none."""
PAUSE_SECONDS = 0.25
"""Pause before the first retry, doubled for the next. A longer ``Retry-After`` is honoured up to the deadline."""
MOST_PAUSE_SECONDS = 10.0
_AGAIN = frozenset({429, 500, 502, 503, 504})


class LibreTranslateServer:
    """Connections to one server, which is sent only texts and the key. Redirects are not followed."""

    def __init__(self, url: str, api_key: str | None, timeout: float) -> None:
        """``timeout`` is in seconds for each step of a request (connecting, sending, each part of a response)."""
        self._key = api_key
        self._client = httpx2.AsyncClient(
            base_url=url,
            timeout=timeout,
            follow_redirects=False,  # a redirect would show text and key to another server
            trust_env=False,  # and so would a proxy set in the environment
            headers={"user-agent": f"Wirematch/{__version__}", "accept": "application/json"},
        )
        self.address = origin_of(url)

    async def languages(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Return pairs of ISO 639-1 codes, with the codes that the server uses."""
        answer = await self._ask("GET", "/languages")
        pairs: dict[tuple[str, str], tuple[str, str]] = {}
        for language in answer if isinstance(answer, list) else ():
            code, targets = (language.get("code"), language.get("targets")) if isinstance(language, dict) else ("", ())
            for target in targets if isinstance(targets, list) else ():
                if isinstance(code, str) and isinstance(target, str) and code != target:
                    pairs.setdefault((_two_letters(code), _two_letters(target)), (code, target))
        return {pair: codes for pair, codes in pairs.items() if pair[0] != pair[1] and all(pair)}

    async def version(self) -> str:
        """Return the version in the server's description, or "unknown"; it says nothing of its models."""
        try:
            answer = await self._ask("GET", "/spec")
            version = answer["info"]["version"]
        except (TranslationFailedError, KeyError, TypeError):
            return "unknown"
        return version if isinstance(version, str) and version.isprintable() and len(version) < 40 else "unknown"

    async def translate(self, sentences: list[str], source: str, target: str) -> list[str]:
        """Send one request; ``source`` and ``target`` are codes that the server uses.

        Raises:
            TranslationFailedError: it did not answer, refused, or returned another number of sentences.
        """
        question: dict[str, Any] = {"q": sentences, "source": source, "target": target, "format": "text"}
        if self._key:
            question["api_key"] = self._key
        answer = await self._ask("POST", "/translate", question)
        done = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(done, list) or len(done) != len(sentences) or not all(isinstance(one, str) for one in done):
            raise TranslationFailedError("mismatch", f"{self.address} gave back other sentences than it was sent.")
        return [" ".join(one.split()) for one in done]

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def _ask(self, method: str, path: str, question: Mapping[str, Any] | None = None) -> Any:
        pause = PAUSE_SECONDS
        for tries_left in range(RETRIES, -1, -1):
            wait = pause
            try:
                async with self._client.stream(method, path.lstrip("/"), json=question) as response:
                    if response.status_code == 200:
                        return json.loads(await _read(response))
                    wait = max(pause, _retry_after(response))
                    failure = self._refusal(response.status_code)
                    final = response.status_code not in _AGAIN
            except (ValueError, RecursionError) as error:
                raise TranslationFailedError("mismatch", f"{self.address} answers with something else.") from error
            except httpx2.TimeoutException:
                failure, final = self._failure("slow", "does not answer in time"), False
            except httpx2.HTTPError as error:
                failure, final = self._failure("died", f"cannot be reached ({type(error).__name__})"), False
            if final or tries_left == 0:
                raise failure
            await asyncio.sleep(min(wait, MOST_PAUSE_SECONDS))
            pause *= 2
        raise AssertionError  # pragma: no cover

    def _refusal(self, status: int) -> TranslationFailedError:
        return self._failure("died" if status in _AGAIN and status != 429 else "refused", f"answers {status}")

    def _failure(self, reason: FailureReason, what: str) -> TranslationFailedError:
        return TranslationFailedError(reason, f"{self.address} {what}.")


async def _read(response: httpx2.Response) -> bytes:
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > MOST_ANSWER:
            raise ValueError
    return bytes(body)


def _retry_after(response: httpx2.Response) -> float:
    written = response.headers.get("retry-after", "")
    return float(written) if written.isdecimal() and len(written) < 6 else 0.0


def _two_letters(code: str) -> str:
    """Reduce ``pt-BR`` to ``pt`` and ``zh-Hans`` to ``zh``; empty for a language without a two-letter code."""
    base = code.lower().partition("-")[0]
    return base if len(base) == 2 else ""


def origin_of(url: str) -> str:
    """Return scheme, host and port, without credentials that the URL may contain."""
    parsed = httpx2.URL(url)
    host = f"[{parsed.host}]" if ":" in parsed.host else parsed.host
    return f"{parsed.scheme}://{host}" + (f":{parsed.port}" if parsed.port else "")


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this machine."""
    host = httpx2.URL(url).host
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
