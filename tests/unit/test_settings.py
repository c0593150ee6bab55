from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from wirematch.errors import InvalidSettingError
from wirematch.settings import Settings

CONFIGURATION = Path(__file__).parents[2] / "docs" / "configuration.md"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described_and_documented(name):
    assert Settings.model_fields[name].description
    assert f"`WIREMATCH_{name.upper()}`" in CONFIGURATION.read_text(encoding="utf-8")


def test_the_environment_is_read(monkeypatch, tmp_path):
    monkeypatch.setenv("WIREMATCH_REDIS_URL", "redis://cache.example:6379/1")
    monkeypatch.setenv("WIREMATCH_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WIREMATCH_COMPARE_LIMIT", "7")
    settings = Settings()

    assert settings.redis_url == "redis://cache.example:6379/1"
    assert settings.data_dir == tmp_path
    assert settings.compare_limit == 7


def test_windows_are_seconds_or_iso_durations(monkeypatch):
    monkeypatch.setenv("WIREMATCH_RETENTION", "P90D")
    monkeypatch.setenv("WIREMATCH_RETENTION_BY_SOURCE", '{"Norwind": 3600, "Aster": "PT2H"}')
    settings = Settings()

    assert settings.retention == timedelta(days=90)
    assert settings.retention_by_source == {"Norwind": timedelta(hours=1), "Aster": timedelta(hours=2)}


@pytest.mark.parametrize("scheme", ["redis", "rediss", "redis+cluster", "rediss+cluster"])
def test_every_scheme_is_taken(scheme):
    assert Settings(redis_url=f"{scheme}://user:secret@cache.example:6380").redis_url


def test_without_an_environment_the_embedded_store_is_used():
    assert Settings().redis_url is None
    assert Settings().data_dir.is_absolute()


def test_what_is_given_overrides_the_environment(monkeypatch):
    monkeypatch.setenv("WIREMATCH_INDEX", "other")

    assert Settings(index="mine").index == "mine"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("index", ""),
        ("index", "with space"),
        ("index", "{tag}"),
        ("index", "x" * 65),
        ("redis_timeout", 0),
        ("bucket_cap", 0),
        ("compare_limit", 0),
        ("max_request_bytes", 10),
        ("cpu_threads", 0),
        ("max_waiting", 0),
        ("shards", 0),
        ("shards", 1_025),
        ("wait_replicas", -1),
        ("wait_timeout", 0),
        ("retention", 0),
        ("retention_by_source", {"Norwind": "-P1D"}),
        ("redis_url", "http://cache.example"),
        ("redis_url", "redis+cluster://cache.example:6379/1"),
    ],
)
def test_settings_that_cannot_work_are_refused(name, value):
    with pytest.raises(ValidationError, match=name):
        Settings(**{name: value})


def test_settings_never_change():
    with pytest.raises(ValidationError, match="frozen"):
        Settings().index = "other"


def test_without_texts_nothing_is_translated():
    with pytest.raises(ValidationError, match="WIREMATCH_STORE_TEXT"):
        Settings(store_text=False, translate={"pivot": "en"})
    assert Settings(store_text=True, translate={"pivot": "en"}).translate is not None


def test_what_cannot_work_is_told_in_our_own_words(monkeypatch, tmp_path):
    monkeypatch.setenv("WIREMATCH_REDIS_URL_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(InvalidSettingError, match=r"^the file in WIREMATCH_REDIS_URL_FILE cannot be read"):
        Settings.read()
    monkeypatch.delenv("WIREMATCH_REDIS_URL_FILE")
    with pytest.raises(InvalidSettingError, match=r"^WIREMATCH_REDIS_URL: this is not a Redis URL"):
        Settings.read(redis_url="http://here")


@pytest.mark.parametrize(
    "name",
    [name for name, field in Settings.model_fields.items() if re.search(r"frozenset|dict|Translate", str(field))],
)
def test_what_is_no_json_is_told_in_a_line(monkeypatch, name):
    variable = f"WIREMATCH_{name.upper()}"
    monkeypatch.setenv(variable, "desk.example")
    with pytest.raises(InvalidSettingError, match=f"^{variable}: ") as refused:
        Settings.read()
    assert "desk.example" not in str(refused.value).replace('["desk.example"]', "")
