"""A Redis that cannot be used: one sentence says what is wrong, the same of every command and of 'doctor'."""

from __future__ import annotations

import logging
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest

from support.sentinel import Server
from support.waiting import wait_for
from wirematch.commands import articles, held_lines
from wirematch.commands.held_lines import MOST_HELD
from wirematch.errors import InvalidSettingError


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    """One with a password, on a TCP port."""
    server = Server(tmp_path_factory.mktemp("locked") / "valkey", 'save ""')
    try:
        wait_for(server.answers, "an answer")
        server.client.config_set("requirepass", "right")
        yield server
    finally:
        server.kill()


@pytest.fixture
def answering() -> Iterator[Callable[[Callable[[socket.socket], None]], int]]:
    """Return the port of a server that treats each connection so."""
    with ThreadPoolExecutor() as threads:
        listeners: list[socket.socket] = []

        def start(treat: Callable[[socket.socket], None]) -> int:
            listener = socket.create_server(("127.0.0.1", 0))
            listeners.append(listener)
            threads.submit(serve, listener, treat)
            return int(listener.getsockname()[1])

        yield start
        for listener in listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()


def serve(listener: socket.socket, treat: Callable[[socket.socket], None]) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                treat(connection)


def speak_tls(connection: socket.socket) -> None:
    """As a server that has no certificate for the caller: every handshake ends with an alert."""
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).wrap_socket(connection, server_side=True).close()


def speak_http(connection: socket.socket) -> None:
    connection.recv(100)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@contextmanager
def told_alike(wirematch, url: str) -> Iterator[str]:
    """Yield what commands and 'doctor' say of it, which is the same."""
    command = wirematch("export", "--redis-url", url)
    doctor = wirematch("doctor", "--redis-url", url)
    assert (command.status, command.out, doctor.status, doctor.err) == (2, "", 1, "")
    [line] = command.err.splitlines()
    said = line.removeprefix("wirematch: ")
    assert f"PROBLEM  server: {said}" in doctor.out
    yield said


@pytest.mark.parametrize(
    ("scheme", "plain"), [("rediss", "redis"), ("rediss+cluster", "redis+cluster"), ("valkeys", "redis")]
)
def test_a_server_without_tls_is_told_from_one_that_is_silent(wirematch, server, scheme, plain):
    with told_alike(wirematch, f"{scheme}://127.0.0.1:{server.port}") as said:
        assert said == f"The server does not speak TLS: write {plain}:// in the URL, or enable TLS on the server."


@pytest.mark.parametrize("scheme", ["redis", "redis+cluster"])
def test_a_server_with_tls_is_told_from_one_that_hangs_up(wirematch, answering, scheme):
    port = answering(speak_tls)

    with told_alike(wirematch, f"{scheme}://127.0.0.1:{port}") as said:
        tls = scheme.replace("redis", "rediss")
        assert said == f"The server accepts only TLS: write {tls}:// in the URL."


def speak_as_redis_6(connection: socket.socket) -> None:
    """Answer what is asked for until the version is known."""
    said = b""
    info, many = b"$22\r\nredis_version:6.2.14\r\n\r\n", b"-ERR syntax error\r\n"
    answers = {b"HELLO": b"%1\r\n+proto\r\n:3\r\n"}
    while received := connection.recv(1_000):
        said += received
        *whole, said = said.split(b"*")
        if said.endswith(b"\r\n"):
            whole, said = [*whole, said], b""
        for command in filter(None, whole):
            _, _, name, *arguments = command.split(b"\r\n")
            answers[b"INFO"] = info if len(arguments) < 4 else many  # it takes one section
            connection.sendall(answers.get(name, b"+OK\r\n"))


def test_a_server_that_is_too_old_is_told_and_not_used(wirematch, answering, files):
    at = "--redis-url", f"redis://127.0.0.1:{answering(speak_as_redis_6)}"
    for command in (["export"], ["add", files["wire"]]):
        failed = wirematch(*command, *at)
        assert (failed.status, failed.out) == (2, "")
        assert failed.err == "wirematch: The server is redis 6.2. Run Redis 7.2 or Valkey 8, or newer.\n"


def test_what_is_no_redis_is_told(wirematch, answering):
    port = answering(speak_http)

    with told_alike(wirematch, f"redis://127.0.0.1:{port}") as said:
        assert said == "The server at this address is not Redis."


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("redis://127.0.0.1:{port}", "Redis requires a password, and the URL has none"),
        ("redis://:wrong@127.0.0.1:{port}", "Redis refuses the user or the password in the URL."),
        ("redis://nobody:right@127.0.0.1:{port}", "Redis refuses the user or the password in the URL."),
        ("redis://:right@127.0.0.1:{port}/99", "Redis has no database with the number at the end of the URL"),
        ("redis+cluster://:right@127.0.0.1:{port}", "is not a Redis Cluster: write redis:// in the URL."),
        ("redis+sentinel://127.0.0.1:{port}/main?sentinel_password=right", "is not a Sentinel: name the Sentinels"),
        ("unix://{folder}/none.sock", "There is no socket at the path in the URL."),
    ],
)
def test_what_is_wrong_with_a_url_is_told_without_its_password_and_address(wirematch, server, tmp_path, url, told):
    place = {"port": server.port, "folder": tmp_path}

    with told_alike(wirematch, url.format(**place)) as said:
        assert told in said
        assert not any(part in said for part in (":right", "wrong", "127.0.0.1", str(tmp_path)))


def test_where_nothing_is_known_but_the_error_it_is_said(wirematch):
    failed = wirematch("export", "--redis-url", "redis://127.0.0.1:1")

    assert failed.status == 2
    assert "Error 111 connecting to 127.0.0.1:1" in failed.err


@pytest.fixture
def replicated(tmp_path) -> Iterator[tuple[Server, Server]]:
    """A master and its replica, where writing fails and reading does not."""
    servers = [Server(tmp_path / "master", 'save ""')]
    try:
        servers.append(Server(tmp_path / "replica", 'save ""', f"replicaof 127.0.0.1 {servers[0].port}"))
        wait_for(lambda: all(one.answers() and one.follows() == (one is not servers[0]) for one in servers), "roles")
        yield servers[0], servers[1]
    finally:
        for one in servers:
            one.kill()


@pytest.mark.parametrize("level", [None, "warning"])
def test_log_lines_do_not_precede_the_error_that_they_foretell(wirematch, monkeypatch, replicated, files, level):
    """Unless somebody asks for them."""
    master, replica = replicated
    if level:
        monkeypatch.setenv("WIREMATCH_LOG_LEVEL", level)
    added = wirematch("add", files["wire"], "--redis-url", f"redis://127.0.0.1:{master.port}")
    assert added.status == 0
    wait_for(lambda: replica.client.dbsize() == master.client.dbsize(), "replication")

    failed = wirematch("add", files["rewrite"], "--redis-url", f"redis://127.0.0.1:{replica.port}")

    *lines, said = failed.err.splitlines()
    assert failed.status == 2
    assert said.startswith("wirematch: The server is a replica, which accepts no writes")
    assert bool(lines) == bool(level)


def test_a_log_line_of_a_command_that_succeeds_is_one_line_without_a_traceback(wirematch, monkeypatch, files):
    """What nobody has provided for is logged with its traceback, as by the service."""

    def fails() -> None:
        logging.getLogger("wirematch.anything").error("one went wrong", exc_info=ValueError("why"))
        logging.getLogger("wirematch.anything").info("as usual")

    monkeypatch.setattr(articles, "compare", lambda *_, **__: fails())
    done = wirematch("compare", files["wire"], files["copy"])

    assert (done.status, done.err) == (0, "wirematch: one went wrong\n")


def test_log_lines_of_a_command_that_is_interrupted_are_printed_and_the_rest_counted(wirematch, monkeypatch, files):
    def logs() -> None:
        for number in [*range(MOST_HELD + 3), 0]:
            logging.getLogger("wirematch.anything").warning("number %d", number)
        raise KeyboardInterrupt

    monkeypatch.setattr(articles, "compare", lambda *_, **__: logs())
    done = wirematch("compare", files["wire"], files["copy"])

    lines = [line for line in done.err.splitlines() if line.startswith("wirematch: ")]
    assert lines[:MOST_HELD] == [f"wirematch: number {number}" for number in range(MOST_HELD)]
    assert lines[MOST_HELD:] == ["wirematch: further log lines: 3; WIREMATCH_LOG_LEVEL=warning shows all."]
    assert done.status != 0


def test_log_lines_of_a_command_that_takes_long_are_printed_as_they_come(wirematch, monkeypatch, files):
    """Whatever it ends with: whoever waits wants to know what for."""

    def logs() -> None:
        logging.getLogger("wirematch.anything").warning("at first")
        monkeypatch.setattr(held_lines, "HELD_SECONDS", 0.0)
        for line in ("later", "later"):
            logging.getLogger("wirematch.anything").warning(line)
        sys.stderr.write("at work\n")
        raise InvalidSettingError("It failed.")

    monkeypatch.setattr(articles, "compare", lambda *_, **__: logs())
    done = wirematch("compare", files["wire"], files["copy"])

    lines = ["wirematch: at first", "wirematch: later", "wirematch: later", "at work", "wirematch: It failed."]
    assert (done.status, done.err.splitlines()) == (2, lines)
