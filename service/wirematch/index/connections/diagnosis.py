"""Why a Redis cannot be used: what is wrong with its URL, or what answers there in place of a Redis.

For commands and the start of a service. No sentence names an address or a password: people send others what ``doctor``
prints.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import redis.asyncio
from redis.asyncio.connection import SSLConnection, parse_url
from redis.asyncio.sentinel import MasterNotFoundError
from redis.exceptions import ClusterDownError, InvalidResponse, MovedError
from redis.exceptions import ConnectionError as LostConnectionError

from wirematch.index.connections.history import TooOldError
from wirematch.index.connections.redis_url import Topology, read_sentinel, read_topology

PATIENCE = 1.0
"""Seconds in which a server must begin to answer; nothing is said about one that takes longer."""
REDIS_PORT = 6_379
NO_TLS = "The server does not speak TLS: write {plain}:// in the URL, or enable TLS on the server."
WANTS_TLS = "The server accepts only TLS: write {tls}:// in the URL."
NO_REDIS = "The server at this address is not Redis."
UNTRUSTED = "The certificate of the server is not trusted: name its authority in the URL, with ?ssl_ca_certs=FILE."
OTHER_NAME = (
    "The certificate of the server is for another name than the one in the URL: use a name that the "
    "certificate has. Servers of a Redis Cluster or behind Sentinel are reached by the addresses that they announce."
)
EXPIRED = "The certificate of the server has expired, or the clock of this machine is wrong."
NOT_YET_VALID = "The certificate of the server is not valid yet, or the clock of this machine is wrong."
WANTS_CERTIFICATE = (
    "The server requires a client certificate: name one in the URL, with ?ssl_certfile=FILE&ssl_keyfile=FILE."
)
ENDS_HANDSHAKE = (
    "The server ends the TLS handshake. It may require a client certificate: name one in the URL, with "
    "?ssl_certfile=FILE&ssl_keyfile=FILE."
)
REFUSES_CERTIFICATE = (
    "The server refuses the certificate in the URL (ssl_certfile): it has expired, or the server does not know "
    "its authority."
)
NO_FILES = (
    "A file that the URL names (ssl_ca_certs, ssl_certfile, ssl_keyfile) is missing, cannot be read by this user, or "
    "does not hold what it should: certificates, or the key of the certificate."
)
NO_SOCKET = "There is no socket at the path in the URL. Is Redis running, and is this where it listens?"
CLOSED_SOCKET = "This user may not open the socket of Redis."
NO_DATABASE = "Redis has no database with the number at the end of the URL: by default there are 0 to 15."
NO_PASSWORD = "Redis requires a password, and the URL has none: write redis://USER:PASSWORD@HOST:PORT, without USER for the default one."  # noqa: E501, S105
WRONG_PASSWORD = "Redis refuses the user or the password in the URL."  # noqa: S105
NO_CLUSTER = "The server is not a Redis Cluster: write {single}:// in the URL."
WANTS_CLUSTER = "The server is part of a Redis Cluster: write {cluster}:// in the URL."
NO_SLOTS = (
    "The Redis Cluster does not serve all of its slots: a master is away and no replica took over, or slots were never "
    "assigned. 'CLUSTER INFO' and 'CLUSTER NODES' on the server say which."
)
NO_SENTINEL = "The server is not a Sentinel: name the Sentinels in the URL, or write {single}:// for one server."
REPLICA = "The server is a replica, which accepts no writes: name its master in the URL, or the Sentinels that know it."
FEW_REPLICAS = (
    "Redis accepts no writes, because fewer replicas follow it than min-replicas-to-write asks for, or they are behind "
    "by more than min-replicas-max-lag. Start replicas, or lower this setting of the server."
)
NO_CONNECTIONS = (
    "Redis takes no further connections: as many clients as it allows (maxclients) hold one. Raise maxclients, or end "
    "clients; 'CLIENT LIST' on the server names them."
)
NO_SCRIPTS = (
    "Redis does not run scripts: EVAL and EVALSHA are renamed or disabled there. The service needs them; remove the "
    "rename-command lines from the configuration of the server."
)
AT_THE_SERVER = frozenset({NO_SLOTS, FEW_REPLICAS, NO_CONNECTIONS, NO_SCRIPTS})
"""What is mended at the server, not in the URL."""
_SAID = {
    "DB index is out of range": NO_DATABASE,
    "HELLO must be called with the client already authenticated": NO_PASSWORD,
    "NOAUTH": NO_PASSWORD,
    "invalid username-password pair": WRONG_PASSWORD,
    "WRONGPASS": WRONG_PASSWORD,
    "You can't write against a read only replica": REPLICA,
    "Cluster mode is not enabled": NO_CLUSTER,
    "cluster support disabled": NO_CLUSTER,
    "unknown command 'SENTINEL'": NO_SENTINEL,
    "unknown command 'EVAL": NO_SCRIPTS,
    "NOREPLICAS": FEW_REPLICAS,
    "max number of clients reached": NO_CONNECTIONS,
    "Hash slot not served": NO_SLOTS,
    "The cluster is down": NO_SLOTS,
    # What OpenSSL says when it refuses a certificate, and of alerts of the server. redis-py has it in its own words.
    "Hostname mismatch": OTHER_NAME,
    "IP address mismatch": OTHER_NAME,
    "certificate has expired": EXPIRED,
    "certificate is not yet valid": NOT_YET_VALID,
    "CERTIFICATE_VERIFY_FAILED": UNTRUSTED,
    "ALERT_CERTIFICATE_REQUIRED": WANTS_CERTIFICATE,
    "ALERT_HANDSHAKE_FAILURE": ENDS_HANDSHAKE,
    "ALERT_UNKNOWN_CA": REFUSES_CERTIFICATE,
    "ALERT_BAD_CERTIFICATE": REFUSES_CERTIFICATE,
    "ALERT_CERTIFICATE_EXPIRED": REFUSES_CERTIFICATE,
    "ALERT_CERTIFICATE_REVOKED": REFUSES_CERTIFICATE,
    "ALERT_CERTIFICATE_UNKNOWN": REFUSES_CERTIFICATE,
    "ALERT_UNSUPPORTED_CERTIFICATE": REFUSES_CERTIFICATE,
    "[X509": NO_FILES,
    "[PEM": NO_FILES,
}
"""What a server or OpenSSL says, and what it means; the first that is found counts."""
_LOST = {LostConnectionError, InvalidResponse, MasterNotFoundError}
"""Errors when what listens there ends the connection or answers as no Redis would."""


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a URL leads first."""

    scheme: str
    """As redis-py knows it: redis, rediss or unix."""
    topology: Topology
    address: tuple[str, int] | str
    """Host and port, or the path of a socket."""

    @property
    def tls(self) -> bool:
        return self.scheme == "rediss"

    @property
    def words(self) -> dict[str, str]:
        """For the sentences above."""
        suffix = f"+{self.topology.value}" if self.topology.value else ""
        return {
            "plain": f"redis{suffix}",
            "tls": f"rediss{suffix}",
            "single": self.scheme,
            "cluster": f"{self.scheme}+{Topology.CLUSTER.value}",
        }


def missing_tls(url: str) -> str | None:
    """What is wrong with a URL that asks for TLS, if a server answers there without it; no handshake would tell."""
    target = _target(url)
    if not target.tls or _speaks_tls(target) or not _answers_plainly(target):
        return None
    return NO_TLS.format(**target.words)


def reason_of(url: str, error: BaseException) -> str | None:
    """What is wrong, in a sentence; None if nothing is known that ``error`` itself does not say."""
    target, chain = _target(url), list(_chain(error))
    if too_old := next((one for one in chain if isinstance(one, TooOldError)), None):
        return str(too_old)
    said = " ".join(map(str, chain))
    in_cluster = any(isinstance(one, MovedError | ClusterDownError) for one in chain)
    wants_cluster = WANTS_CLUSTER.format(**target.words) if in_cluster and target.topology is Topology.SINGLE else None
    if (
        meaning := wants_cluster
        or _meaning(said, target)
        or (_meaning(_handshake(url, target), target) if target.tls else None)
    ):
        return meaning
    for kind, meaning in (
        (FileNotFoundError, NO_FILES if target.tls else NO_SOCKET),
        (PermissionError, NO_FILES if target.tls else CLOSED_SOCKET),
    ):
        if any(isinstance(one, kind) for one in chain):
            return meaning.format(**target.words)
    if any(isinstance(one, ConnectionRefusedError | socket.gaierror) for one in chain) or not any(
        type(one) in _LOST for one in chain
    ):
        return None
    if not target.tls and _speaks_tls(target):
        return WANTS_TLS.format(**target.words)
    return NO_REDIS.format(**target.words) if any(isinstance(one, InvalidResponse) for one in chain) else None


def _meaning(said: str, target: _Target) -> str | None:
    return next((meaning.format(**target.words) for answer, meaning in _SAID.items() if answer in said), None)


def _handshake(url: str, target: _Target) -> str:
    """What is said of a TLS connection with the options of the URL, over which nothing is sent.

    A server of TLS 1.3 refuses a client after the handshake. Whoever has sent something by then may be told that the
    connection is broken, and not why.
    """
    assert not isinstance(target.address, str)
    topology, plain = read_topology(url)
    if topology is Topology.SENTINEL:
        options = read_sentinel(plain).sentinel_options
        connection = SSLConnection(**{name: value for name, value in options.items() if name != "ssl"})
    else:
        connection = redis.asyncio.ConnectionPool.from_url(plain).make_connection()  # type: ignore[no-untyped-call]
    try:
        with (
            socket.create_connection(target.address, PATIENCE) as raw,
            connection.ssl_context.get().wrap_socket(raw, server_hostname=target.address[0]) as encrypted,
        ):
            encrypted.recv(1)
    except OSError as error:
        return str(error)
    return ""


def _target(url: str) -> _Target:
    topology, plain = read_topology(url)
    scheme = plain.partition("://")[0]
    if topology is Topology.SENTINEL:
        sentinel = read_sentinel(plain)
        return _Target("rediss" if sentinel.sentinel_options.get("ssl") else "redis", topology, sentinel.hosts[0])
    options = parse_url(plain)
    if "path" in options:
        return _Target(scheme, topology, options["path"])
    scheme = "rediss" if options.get("connection_class") is SSLConnection else "redis"
    return _Target(scheme, topology, (options.get("host", "localhost"), int(options.get("port", REDIS_PORT))))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _speaks_tls(target: _Target) -> bool:
    """Whether a handshake begins, whatever its end; certificates are not looked at."""
    if isinstance(target.address, str):
        return False
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection(target.address, PATIENCE) as connection,
            context.wrap_socket(connection, server_hostname=target.address[0]),
        ):
            return True
    except ssl.SSLError as error:
        return "ALERT" in (error.reason or "")
    except OSError:
        return False


def _answers_plainly(target: _Target) -> bool:
    assert not isinstance(target.address, str)
    with contextlib.suppress(OSError), socket.create_connection(target.address, PATIENCE) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(1) in {b"+", b"-"}
    return False
