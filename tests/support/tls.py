"""Certificates of an authority of the test's own, and TLS before a server that speaks none (the wheel's Valkey)."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import selectors
import socket
import ssl
import threading
from pathlib import Path
from typing import NamedTuple, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PIECE = 65_536
LOOK_SECONDS = 0.05
HANDSHAKE = b"\x16"
"""The first byte that a TLS client sends."""
DAY = dt.timedelta(days=1)


class Certificate(NamedTuple):
    """Files of a certificate and its key."""

    certificate: Path
    key: Path


class Authority:
    """An authority that signs certificates; ``file`` is its own."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder = folder
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        own = self._begun(self._name, self._key).add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        own = own.add_extension(usage, critical=True)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(self._signed(own))

    def certify(self, name: str, *hosts: str, days: int = 30) -> Certificate:
        """Sign a certificate for host names and addresses; with negative ``days`` it has expired."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        begun = self._begun(subject, key, days)
        if hosts:
            begun = begun.add_extension(x509.SubjectAlternativeName([_named(host) for host in hosts]), critical=False)
        made = Certificate(self._folder / f"{name}.crt", self._folder / f"{name}.key")
        made.certificate.write_bytes(self._signed(begun))
        no_password = serialization.NoEncryption()
        pem, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        made.key.write_bytes(key.private_bytes(pem, plain, no_password))
        return made

    def _begun(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, days: int = 30) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        builder = x509.CertificateBuilder(self._name, subject, key.public_key(), x509.random_serial_number())
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        begun = builder.not_valid_before(now - 60 * DAY).not_valid_after(now + days * DAY)
        return begun.add_extension(identifier, critical=False).add_extension(own, critical=False)

    def _signed(self, builder: x509.CertificateBuilder) -> bytes:
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _named(host: str) -> x509.GeneralName:
    with contextlib.suppress(ValueError):
        return x509.IPAddress(ipaddress.ip_address(host))
    return x509.DNSName(host)


class TlsFront:
    """A port on loopback that speaks TLS and leads to another port there, or to a Unix socket."""

    def __init__(
        self,
        target: int | Path,
        own: Certificate,
        clients: Path | None = None,
        newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
        *,
        also_plain: bool = False,
    ) -> None:
        """With ``clients``, only those are served who have a certificate of that authority.

        With ``also_plain``, those who begin without TLS are passed on, too: Sentinels and servers among each other.
        """
        self._also_plain = also_plain
        self.target = target
        """Where new connections lead; others stay where they are."""
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.maximum_version = newest
        self._context.load_cert_chain(own.certificate, own.key)
        if clients is not None:
            self._context.load_verify_locations(clients)
            self._context.verify_mode = ssl.CERT_REQUIRED
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(LOOK_SECONDS)
        self.port: int = self._listener.getsockname()[1]
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join()
        self._listener.close()

    def show(self, own: Certificate) -> None:
        """Show another certificate from the next handshake on."""
        self._context.load_cert_chain(own.certificate, own.key)

    def _accept(self) -> None:
        while not self._closing.is_set():
            with contextlib.suppress(TimeoutError):
                client, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, raw: socket.socket) -> None:
        target = self.target
        family = socket.AF_UNIX if isinstance(target, Path) else socket.AF_INET
        raw.settimeout(None)
        with raw, socket.socket(family) as server, contextlib.suppress(OSError):
            plain = self._also_plain and raw.recv(1, socket.MSG_PEEK) != HANDSHAKE
            client = raw if plain else self._context.wrap_socket(raw, server_side=True)
            server.connect(str(target) if isinstance(target, Path) else ("127.0.0.1", target))
            ways = {client: server, server: client}
            with selectors.DefaultSelector() as ready, client:
                for one in ways:
                    ready.register(one, selectors.EVENT_READ)
                while not self._closing.is_set():
                    for key, _ in ready.select(LOOK_SECONDS):
                        source = key.fileobj
                        assert isinstance(source, socket.socket)
                        if not (data := source.recv(PIECE)):
                            return
                        if isinstance(source, ssl.SSLSocket):
                            while source.pending():
                                data += source.recv(PIECE)
                        ways[source].sendall(data)
