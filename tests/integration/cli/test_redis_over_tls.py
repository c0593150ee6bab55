"""A Redis over TLS: every command works, and one sentence says which certificate is wrong, and whose."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from support.sentinel import MASTER, Server
from support.tls import Authority, Certificate, TlsFront
from support.waiting import wait_for
from wirematch.index.connections import diagnosis


class Certificates(NamedTuple):
    ours: Authority
    theirs: Authority
    server: Certificate
    elsewhere: Certificate
    expired: Certificate
    client: Certificate
    strange_client: Certificate
    expired_client: Certificate


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Certificates:
    folder: Path = tmp_path_factory.mktemp("certificates")
    ours, theirs = Authority(folder), Authority(folder, "another")
    return Certificates(
        ours,
        theirs,
        ours.certify("server", "127.0.0.1"),
        ours.certify("elsewhere", "redis.example", "10.0.0.1"),
        ours.certify("expired", "127.0.0.1", days=-1),
        ours.certify("client"),
        theirs.certify("strange-client"),
        ours.certify("expired-client", days=-1),
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server") / "valkey", 'save ""', "appendonly yes")
    try:
        wait_for(server.answers, "an answer")
        yield server
    finally:
        server.kill()


def trusting(authority: Authority, client: Certificate | None = None, prefix: str = "") -> str:
    """Options of a URL."""
    options = f"{prefix}ssl_ca_certs={authority.file}"
    if client is None:
        return options
    return f"{options}&{prefix}ssl_certfile={client.certificate}&{prefix}ssl_keyfile={client.key}"


def told(wirematch, url: str) -> str:
    """Return what a command and 'doctor' say, which is the same."""
    command, doctor = wirematch("export", "--redis-url", url), wirematch("doctor", "--redis-url", url)
    assert (command.status, doctor.status) == (2, 1)
    said: str = command.err.removeprefix("wirematch: ").strip()
    assert f"PROBLEM  server: {said}" in doctor.out
    return said


def test_commands_work_over_tls(wirematch, made, server, files, tmp_path):
    with TlsFront(server.port, made.server, made.ours.file) as front:
        at = "--redis-url", f"rediss://127.0.0.1:{front.port}/0?{trusting(made.ours, made.client)}"
        backup = tmp_path / "backup.ndjson.gz"
        for command in (
            ["add", files["wire"]],
            ["check", files["rewrite"]],
            ["backup", backup],
            ["restore", backup],
            ["reindex"],
            ["keys", "list"],
            ["tenants", "list"],
        ):
            done = wirematch(*command, *at)
            assert done.status == 0, (command, done.err)
        assert "PROBLEM" not in wirematch("doctor", "--index", *at).out


@pytest.mark.parametrize(
    ("certificate", "authority", "meaning"),
    [
        ("server", "theirs", diagnosis.UNTRUSTED),
        ("elsewhere", "ours", diagnosis.OTHER_NAME),
        ("expired", "ours", diagnosis.EXPIRED),
    ],
)
def test_what_is_wrong_with_the_certificate_of_the_server_is_told(
    wirematch, made, server, certificate, authority, meaning
):
    with TlsFront(server.port, getattr(made, certificate)) as front:
        assert told(wirematch, f"rediss://127.0.0.1:{front.port}?{trusting(getattr(made, authority))}") == meaning


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize(
    ("client", "meanings"),
    [
        (None, {diagnosis.WANTS_CERTIFICATE, diagnosis.ENDS_HANDSHAKE}),
        ("strange_client", {diagnosis.REFUSES_CERTIFICATE}),
        ("expired_client", {diagnosis.REFUSES_CERTIFICATE}),
    ],
)
def test_what_is_wrong_with_the_certificate_of_the_client_is_told(wirematch, made, server, client, meanings, newest):
    own = getattr(made, client) if client else None
    with TlsFront(server.port, made.server, made.ours.file, newest) as front:
        assert told(wirematch, f"rediss://127.0.0.1:{front.port}?{trusting(made.ours, own)}") in meanings


def test_a_file_that_is_not_what_it_should_be_is_told_from_a_socket(wirematch, made, server, tmp_path):
    nothing = tmp_path / "none.pem"
    text = tmp_path / "text.pem"
    text.write_text("no certificate")
    other_key = made.client._replace(key=made.server.key)
    with TlsFront(server.port, made.server) as front:
        for options in (f"ssl_ca_certs={nothing}", f"ssl_ca_certs={text}", trusting(made.ours, other_key)):
            assert told(wirematch, f"rediss://127.0.0.1:{front.port}?{options}") == diagnosis.NO_FILES


@pytest.mark.parametrize("option", ["ssl_ca_cert=/etc/ca.pem", "ssl_cert_reqs=yes"])
def test_an_option_that_there_is_not_is_told(wirematch, option):
    refused = wirematch("export", "--redis-url", f"rediss://127.0.0.1:1?{option}")

    assert refused.status == 2
    assert "an option after '?' in the Redis URL" in refused.err


@pytest.fixture
def watched(tmp_path, made) -> Iterator[Server]:
    """A Sentinel that announces a master which speaks TLS to everybody but Sentinels."""
    servers = [Server(tmp_path / "master", 'save ""', "appendonly yes")]
    try:
        wait_for(servers[0].answers, "an answer")
        with TlsFront(servers[0].port, made.server, also_plain=True) as front:
            servers.append(Server(tmp_path / "s", f"sentinel monitor {MASTER} 127.0.0.1 {front.port} 1", sentinel=True))
            wait_for(servers[1].answers, "an answer of the Sentinel")
            yield servers[1]
    finally:
        for server in servers:
            server.kill()


def test_sentinels_and_their_master_have_options_of_their_own(wirematch, made, watched, files):
    ours, of_sentinels = trusting(made.ours), trusting(made.ours, made.client, "sentinel_")
    with TlsFront(watched.port, made.server, made.ours.file) as front:
        url = f"rediss+sentinel://127.0.0.1:{front.port}/{MASTER}"
        added = wirematch("add", files["wire"], "--redis-url", f"{url}?{ours}&{of_sentinels}")
        assert added.status == 0, added.err
        assert told(wirematch, f"{url}?{of_sentinels}") == diagnosis.UNTRUSTED
        without = f"{url}?{ours}&{trusting(made.ours, prefix='sentinel_')}"
        assert told(wirematch, without) == diagnosis.WANTS_CERTIFICATE
    with TlsFront(watched.port, made.elsewhere) as front:
        assert told(wirematch, f"rediss+sentinel://127.0.0.1:{front.port}/{MASTER}?{ours}&{of_sentinels}") == (
            diagnosis.OTHER_NAME
        )
