"""``wirematch dedupe --url``: what the service behind it says of its index, and whose articles a key works on."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from support.access_keys import bearer
from support.dedupe_runs import read
from support.forked_command import run_command
from support.made_up import own, told
from support.piped_command import PipedCommand
from support.raw_http import running
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.app import create_app
from wirematch.composition.from_settings import make_store, namespace_of
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.settings import Settings
from wirematch.state.imports import Import, Imports


@functools.cache
def rows() -> list[dict[str, str]]:
    return [{"id": f"row-{number}", "body": told(own(number))} for number in range(700)]


@functools.cache
def lines() -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows())


@pytest.mark.anyio
async def test_who_asks_an_incomplete_index_is_told(serve, tmp_path):
    service, settings = serve(), Settings.read(data_dir=tmp_path / "data")
    killed = Import(command="load", source="/a/index", identity="a", tenant=None, begun_at=datetime.now(UTC))
    store = make_store(EmbeddedStore(settings.data_dir).url, settings)
    await Imports(store, namespace_of(settings)).begin([killed])
    await store.close()
    (tmp_path / "in.ndjson").write_bytes(lines()[: lines().index(b"\n") + 1])
    by_url = run_command(["dedupe", tmp_path / "in.ndjson", "--url", service.url], os.environ, b"")
    by_folder = run_command(["dedupe", tmp_path / "in.ndjson", "--data-dir", settings.data_dir], os.environ, b"")

    assert (by_url.returncode, by_folder.returncode) == (0, 0)
    assert b"note: an import into the index of the service at" in by_url.stderr
    assert b"note: 'wirematch load /a/index', begun at" in by_folder.stderr


class Tenants:
    def __init__(self, url: str, *index: str | Path) -> None:
        """``index`` are options that name the index of the service at ``url``."""
        self._url = url
        self._index = index

    def key(self, tenant: str) -> str:
        """Return a new key that the service knows."""
        self._run("tenants", "create", tenant)
        key = self._run("keys", "create", "--name", tenant, "--tenant", tenant, "--scopes", "check,store")

        def known() -> bool:
            session: dict[str, Any] = httpx2.get(f"{self._url}/v1/session", headers=bearer(key)).json()
            return session.get("tenant") == tenant

        wait_for(known, "noticing the key")
        return key

    def _run(self, *arguments: str) -> str:
        done = run_command([*arguments, *self._index], os.environ, b"")
        assert done.returncode == 0, done.stderr
        return done.stdout.decode().strip()

    def dedupe(self, key: str, *options: str) -> subprocess.CompletedProcess[bytes]:
        return run_command(["dedupe", "-", "--url", self._url, *options], os.environ | {"WIREMATCH_KEY": key}, lines())

    def killed(self, key: str, out: Path) -> None:
        """Kill a run when it has stored a part of its rows."""
        running = PipedCommand(
            "dedupe", "-", "-o", out, "--url", self._url, env=os.environ | {"WIREMATCH_KEY": key}, given_input=True
        )
        assert running.stdin is not None
        running.stdin.write(lines())
        running.stdin.flush()
        wait_for(lambda: items(out) >= 256, "storing")
        running.send_signal(signal.SIGKILL)
        running.communicate(timeout=PATIENCE_SECONDS)


def items(out: Path) -> Any:
    checkpoint = out.with_name(f"{out.name}.wirematch") / "checkpoint.json"
    return json.loads(checkpoint.read_bytes())["items"] if checkpoint.exists() else 0


def test_a_run_goes_on_or_starts_over_only_with_a_key_of_its_tenant(serve, tmp_path):
    """With another key, its rows would stay where nobody looks for them, and count as originals there."""
    tenants, out = Tenants(serve().url, "--data-dir", tmp_path / "data"), tmp_path / "new.ndjson"
    acme, zeta = tenants.key("acme"), tenants.key("zeta")
    tenants.killed(acme, out)
    for options in ([], ["--restart"]):
        refused = tenants.dedupe(zeta, "-o", str(out), *options)
        assert refused.returncode == 2
        assert (
            b"stored its rows for the tenant 'acme', and WIREMATCH_KEY is a key of the tenant 'zeta'" in refused.stderr
        )
    done = tenants.dedupe(acme, "-o", str(out), "--restart")

    assert done.returncode == 0, done.stderr
    assert read(out) == rows()


def test_a_key_that_is_not_valid_is_told_before_anything_is_read(serve, tmp_path):
    tenants = Tenants(serve().url, "--data-dir", tmp_path / "data")
    tenants.key("acme")
    refused = tenants.dedupe("wm_0_0")

    assert refused.returncode == 2
    assert b"does not answer, or is not ready: " in refused.stderr
    assert refused.stdout == b""


class FormerSessions:
    """Middleware by which a service answers ``GET /v1/session`` as release 0.2 did, which had no ``tenant`` there."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.upgraded = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def send_formerly(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = [(name, value) for name, value in message["headers"] if name != b"content-length"]
                message = message | {"headers": headers}
            elif message["type"] == "http.response.body":
                session = json.loads(message["body"])
                del session["tenant"]
                message = message | {"body": json.dumps(session).encode()}
            await send(message)

        former = scope.get("path") == "/v1/session" and not self.upgraded
        await self._app(scope, receive, send_formerly if former else send)


def test_a_run_that_was_begun_at_an_earlier_release_goes_on_after_the_upgrade(
    redis_url, settings, index_name, tmp_path, monkeypatch
):
    """What that release did not say is not taken for 'no tenant'; what the service says from now on counts."""
    monkeypatch.setenv("WIREMATCH_INDEX", index_name)
    service, out = FormerSessions(create_app(settings)), tmp_path / "new.ndjson"
    with running(service) as served:
        tenants = Tenants(f"http://127.0.0.1:{served.port}", "--redis-url", redis_url)
        service.upgraded = True
        acme = tenants.key("acme")
        service.upgraded = False
        tenants.killed(acme, out)
        service.upgraded = True
        done = tenants.dedupe(acme, "-o", str(out))

    assert done.returncode == 0, done.stderr
    assert read(out) == rows()
