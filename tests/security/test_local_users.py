"""Other users of the machine cannot read our files, block us or pose as us, and see no secrets."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import stat
from pathlib import Path

import pytest
import redis

from support.live_service import client_of, valkey_process
from wirematch.errors import InvalidSettingError, StoreStartError
from wirematch.index.embedded import private_files
from wirematch.index.embedded import store as embedded
from wirematch.index.embedded import valkey_process as processes
from wirematch.index.embedded.private_files import make_data_folder, make_socket_folder, open_lock
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.settings import Settings


def modes(folder: Path) -> set[str]:
    """Return the modes of files and folders that others can access; a server's temporary ones may have disappeared."""
    found = set()
    for path in (folder, *folder.rglob("*")):
        with contextlib.suppress(FileNotFoundError):
            mode = path.lstat().st_mode
            if mode & 0o077:
                found.add(f"{path.name} {stat.S_IMODE(mode):o}")
    return found


@pytest.fixture
def careless() -> object:
    """Set a umask under which files made without a mode are open to everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("careless")
def test_nothing_in_a_data_folder_is_open_to_others(tmp_path):
    folder = tmp_path / "data"
    with EmbeddedStore(folder) as store, client_of(store.url) as client:
        client.set("key", "value")
        client.bgrewriteaof()
        assert modes(folder) == set()

    assert {path.name for path in folder.iterdir()} >= {"appendonlydir", "door.lock", "users.lock", "valkey.log"}
    assert modes(folder) == set()


@pytest.mark.usefixtures("careless")
def test_what_an_earlier_version_left_open_is_closed(tmp_path):
    folder = tmp_path / "data"
    (folder / "appendonlydir").mkdir(parents=True)
    (folder / "appendonlydir" / "appendonly.aof.1.incr.aof").touch()
    (folder / "valkey.log").touch()

    make_data_folder(folder)

    assert modes(folder) == set()


@pytest.mark.usefixtures("careless")
@pytest.mark.parametrize(
    "files", [["letter.txt"], [".profile"], [".profile", "dump.rdb"], ["lost+found/", "photos/harbour.jpg"]]
)
def test_a_folder_of_other_files_is_refused_and_stays_as_it_is(tmp_path, files):
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).touch()
    tmp_path.chmod(0o755)
    before = {found: found.stat().st_mode for found in [tmp_path, *tmp_path.rglob("*")]}

    with (
        pytest.raises(StoreStartError, match=r"holds other files \(.*\); choose a new or an empty one"),
        EmbeddedStore(tmp_path),
    ):
        pass

    assert {found: found.stat().st_mode for found in [tmp_path, *tmp_path.rglob("*")]} == before


@pytest.mark.usefixtures("careless")
def test_other_files_beside_an_index_are_let_alone(tmp_path):
    with EmbeddedStore(tmp_path / "data"):
        pass
    (tmp_path / "data" / "notes").mkdir()
    (tmp_path / "data" / "notes" / "letter.txt").touch()

    with EmbeddedStore(tmp_path / "data"):
        pass

    assert stat.S_IMODE((tmp_path / "data" / "notes" / "letter.txt").stat().st_mode) & 0o044


@pytest.mark.usefixtures("careless")
@pytest.mark.parametrize("brought", ["lost+found", ".snapshot", ".cache", ".local"])
def test_an_empty_volume_becomes_a_data_folder(tmp_path, brought):
    (tmp_path / brought).mkdir()

    with EmbeddedStore(tmp_path) as store, client_of(store.url) as client:
        assert client.ping()


@pytest.mark.usefixtures("careless")
def test_a_lock_that_somebody_else_could_open_keeps_nobody_waiting(tmp_path):
    (tmp_path / "door.lock").touch(mode=0o644)
    with (tmp_path / "door.lock").open("rb") as somebody:
        fcntl.flock(somebody, fcntl.LOCK_SH)
        with EmbeddedStore(tmp_path) as store, client_of(store.url) as client:
            assert client.ping()
    assert valkey_process(tmp_path) is None


def test_a_lock_is_no_link_to_elsewhere(tmp_path):
    (tmp_path / "door.lock").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OSError, match="symbolic link"):
        open_lock(tmp_path / "door.lock")
    assert not (tmp_path / "elsewhere").exists()


def test_a_data_folder_of_another_user_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    monkeypatch.setattr(private_files, "ROOT", -1)

    with pytest.raises(StoreStartError, match="belongs to another user"):
        make_data_folder(tmp_path)


@pytest.mark.parametrize("trap", ["of another user", "writable by others", "a link"])
def test_a_socket_folder_that_others_made_is_refused(tmp_path, monkeypatch, trap):
    folder = tmp_path / "wirematch-0"
    if trap == "a link":
        (tmp_path / "elsewhere").mkdir()
        folder.symlink_to(tmp_path / "elsewhere")
    else:
        folder.mkdir()
        folder.chmod(0o777 if trap == "writable by others" else 0o700)
    if trap == "of another user":
        monkeypatch.setattr(os, "getuid", lambda: 4711)

    with pytest.raises(StoreStartError, match="belongs to another user or can be written by others"):
        make_socket_folder(folder)


def test_a_long_data_path_does_not_lead_to_somebody_elses_server(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded.tempfile, "gettempdir", lambda: str(tmp_path))
    trap = tmp_path / f"wirematch-{os.getuid()}"
    trap.mkdir()
    trap.chmod(0o777)

    with pytest.raises(StoreStartError, match="can be written by others"), EmbeddedStore(tmp_path / ("long" * 30)):
        pass


def test_a_server_of_another_user_is_not_taken_for_ours(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "peer_of", lambda _: processes.Peer(1, 4711))

    with pytest.raises(StoreStartError, match="server of another user"), EmbeddedStore(tmp_path):
        pass
    assert valkey_process(tmp_path) is None


def test_who_listens_is_known_whether_it_answers_or_not(tmp_path):
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        assert processes.peer_of(path) == (os.getpid(), os.getuid())
        assert processes.is_listening(path)
    assert processes.peer_of(path) is None
    assert not processes.is_listening(path)


# Secrets

URLS = [
    "redis://user:se#cret@cache.example:6379/0",
    "redis://user:se/cret@cache.example:6379/0",
    "redis://user:secret@cache.example:secret/0",
    "redis://user:se?cret@cache.example:port",
    "se#cret",
    "http://user:secret@cache.example",
    "redis+cluster://user:secret@cache.example/7",
]


@pytest.mark.parametrize("url", URLS)
def test_no_part_of_a_redis_url_is_shown(url):
    with pytest.raises(InvalidSettingError) as refused:
        Settings.read(redis_url=url)

    said = str(refused.value)
    assert said.startswith("WIREMATCH_REDIS_URL")
    for part in ("cret", "secret", "user", "cache"):
        assert part not in said.replace("USER:PASSWORD", "")


def test_a_redis_url_is_in_no_description_of_the_settings():
    settings = Settings(redis_url="redis://user:secret@cache.example:6379/0")

    assert "user:secret" not in repr(settings)
    assert "user:secret" not in str(settings)


def test_a_url_comes_from_a_file(tmp_path, monkeypatch):
    file = tmp_path / "redis-url"
    file.write_text("redis://user:secret@cache.example:6379/0\n")
    monkeypatch.setenv("WIREMATCH_REDIS_URL_FILE", str(file))

    assert Settings.read().redis_url == "redis://user:secret@cache.example:6379/0"
    assert Settings.read(redis_url="redis://other.example").redis_url == "redis://other.example"
    file.write_text("redis://user:se#cret@cache.example:6379/0")
    with pytest.raises(InvalidSettingError, match="percent-encoded") as refused:
        Settings.read()
    assert "cret" not in str(refused.value)
    file.unlink()
    with pytest.raises(InvalidSettingError, match="cannot be read"):
        Settings.read()


def test_a_failure_of_redis_names_no_host(client, monkeypatch, caplog):
    def fail(*_: object, **__: object) -> None:
        raise redis.ConnectionError("Error 111 connecting to cache.example:6379. Connection refused.")

    monkeypatch.setattr("redis.asyncio.connection.AbstractConnection.send_packed_command", fail)
    for method, path, body in [
        ("GET", "/readyz", None),
        ("GET", "/v1/articles/x", None),
        ("POST", "/v1/check", {"body": "Four people died when the bridge fell."}),
        ("POST", "/v1/articles", {"body": "Four people died when the bridge fell."}),
    ]:
        answer = client.request(method, path, json=body)
        assert answer.status_code == 503
        assert "cache.example" not in answer.text
        assert "6379" not in answer.text
    assert "cache.example:6379" in caplog.text
