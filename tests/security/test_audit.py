"""The audit log records who removed what and who changed keys, and contains no text and no secret."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from support.formats_documents import DOCUMENTS
from wirematch.access.audit import Action, AuditLog
from wirematch.access.key import NO_RATES, KeyRecord, Scope
from wirematch.app import create_app
from wirematch.commands import keys
from wirematch.settings import Settings

ARTICLES = "/v1/articles"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


@pytest.fixture
def audited(lone_settings: Settings, log: Path) -> Settings:
    return lone_settings.model_copy(update={"audit_log": log})


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_who_removed_what_and_when(audited, log, store, index_name, bridge):
    record, token = KeyRecord.make("desk", (Scope.STORE,), datetime.now(UTC))
    store.hset(f"{{{index_name}:access}}", record.id, record.model_dump_json())
    headers = {"authorization": f"Bearer {token}"}
    with TestClient(create_app(audited), "http://localhost", headers=headers) as client:
        client.post(ARTICLES, json=bridge["wire"])
        deleted = client.delete(f"{ARTICLES}/{bridge['wire']['id']}")
        assert deleted.status_code == 204
        assert client.delete(f"{ARTICLES}/nothing").status_code == 404
        ninjs = {"content-type": "application/ninjs+json"}
        story = json.loads((DOCUMENTS / "ninjs-3.2.json").read_text())
        kill = (DOCUMENTS / "ninjs-3-kill.json").read_text()
        client.post(ARTICLES, json=story | {"uri": json.loads(kill)["uri"]}, headers=ninjs)
        killed = client.post(ARTICLES, content=kill, headers=ninjs)
        assert killed.json()["withdrawn"]

    first, second = lines(log)
    assert (first["action"], first["subject"], first["by"]) == ("delete", bridge["wire"]["id"], "desk")
    assert first["request_id"] == deleted.headers["x-request-id"]
    assert (second["action"], second["subject"], second["by"]) == ("withdraw", killed.json()["id"], "desk")
    assert datetime.fromisoformat(first["at"]) <= datetime.fromisoformat(second["at"]) <= datetime.now(UTC)
    assert token not in log.read_text()
    assert bridge["wire"]["body"][:40] not in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_changes_of_keys(audited, log, monkeypatch, capsys):
    monkeypatch.setenv("WIREMATCH_AUDIT_LOG", str(log))
    monkeypatch.setenv("WIREMATCH_INDEX", audited.index)
    settings = Settings.read(redis_url=audited.redis_url)
    keys.create("desk", "check", None, NO_RATES, settings, as_json=False)
    keys.rotate("desk", "PT1H", settings, as_json=False)
    keys.revoke("desk", settings)
    tokens = [line for line in capsys.readouterr().out.splitlines() if line.startswith("wm_") and "…" not in line]

    assert len(tokens) == 2
    assert [entry["action"] for entry in lines(log)] == ["create-key", "rotate-key", "revoke-key", "revoke-key"]
    assert {entry["subject"].partition(" ")[0] for entry in lines(log)} == {"desk"}
    for token in tokens:
        assert token.split("_", 2)[2] not in log.read_text()


def test_an_id_with_a_line_end_stays_on_its_line(log):
    AuditLog(log).record(Action.DELETE, 'a\nb"{}', by=None)

    assert [entry["subject"] for entry in lines(log)] == ['a\nb"{}']


def test_a_log_that_cannot_be_written_is_said_and_no_error(tmp_path, caplog):
    AuditLog(tmp_path / "missing" / "audit.jsonl").record(Action.DELETE, "x", by="desk")

    assert "the audit log misses" in caplog.text
