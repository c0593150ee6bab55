"""Settings of the HTTP service: access, limits, logs and threads, and webhook messages about pickups."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import Field, HttpUrl, SecretStr, ValidationInfo, field_validator

from wirematch.hosts import as_address, host_of, is_loopback, is_public
from wirematch.observability.logs import LogFormat, LogLevel
from wirematch.settings.group import SettingsGroup, Window
from wirematch.webhooks.signing import read_secrets


class ServingSettings(SettingsGroup):
    """Limits, access, logs, traces, threads and webhooks.

    ``webhook_secret`` and ``webhook_private`` come before ``webhook_url``, whose validation needs them.
    """

    max_request_bytes: int = Field(
        8_388_608, ge=1_024, description="Largest request body, decompressed; a larger one is a 413."
    )
    body_timeout: float = Field(
        30.0, gt=0, le=3_600, allow_inf_nan=False, description="Seconds in which a request body must arrive; then 408."
    )
    held_body_bytes: int = Field(
        134_217_728,
        ge=1_048_576,
        description="Bytes of request bodies that one process holds at a time; further ones are refused with 503.",
    )
    max_streams: int = Field(
        32, ge=1, description="Concurrent bulk streams of one process; further ones are refused with 503."
    )
    max_event_streams: int = Field(
        256,
        ge=0,
        description="Pages that one process updates by server-sent events; further ones poll every ten seconds.",
    )
    stream_timeout: float = Field(
        300.0,
        gt=0,
        allow_inf_nan=False,
        description="Seconds without a complete line after which a bulk stream is ended.",
    )
    unread_timeout: float = Field(
        75.0,
        gt=0,
        allow_inf_nan=False,
        description="Seconds in which a client, or the proxy before it, reads nothing of a finished response; then it "
        "is disconnected.",
    )
    max_connections: int = Field(
        4_000,
        ge=8,
        description="Connections of one process; a new one displaces the one that has waited longest for its client.",
    )
    max_connections_per_client: int = Field(1_000, ge=8, description="The same for one client address.")
    allowed_hosts: frozenset[str] = Field(
        frozenset(),
        description='Host names of the service, besides this machine\'s own, as JSON: ["desk.example"]. '
        '"*" allows any.',
    )
    insecure_open: bool = Field(
        False,
        description="Serve everybody who can reach the port, without keys, as the network decides who can.",
    )
    audit_log: Path | None = Field(
        None,
        description="File to which a line of JSON is written for every removal and every change of keys.",
    )
    log_format: LogFormat = Field(LogFormat.CONSOLE, description="Format of log lines: console or json.")
    log_level: LogLevel = Field(LogLevel.INFO, description="Minimum level of log lines: debug, info, warning or error.")
    traces_url: HttpUrl | None = Field(
        None,
        description="OTLP/HTTP URL to send traces to, such as http://127.0.0.1:4318/v1/traces. Needs the extra otel.",
    )
    session_window: Window = Field(
        timedelta(hours=12), description="How long a browser stays signed in, in seconds or as an ISO 8601 duration."
    )
    cpu_threads: int = Field(
        1,
        ge=1,
        le=64,
        description="Threads of one process that compare texts. Only kernels run in parallel; more threads let a "
        "short text overtake a long one, and divide the batches of a stream. For more cores, run more processes.",
    )
    max_waiting: int = Field(
        64, ge=1, description="Requests that may wait for such a thread; further ones are refused with 503."
    )
    max_wait: float = Field(
        1.0,
        gt=0,
        le=60,
        allow_inf_nan=False,
        description="Seconds that a request may wait for such a thread; then 503.",
    )
    request_timeout: float = Field(
        30.0,
        gt=0,
        le=3_600,
        allow_inf_nan=False,
        description="Seconds after which a request that stores nothing is given up with 504.",
    )
    examine_rate: float = Field(
        20.0,
        ge=0,
        le=10_000,
        allow_inf_nan=False,
        description="Articles a second that a process checks for index faults in the background; 0 checks none. Faults "
        "are logged and counted; 'wirematch doctor --fix' repairs them.",
    )
    drain_seconds: float = Field(
        1.0,
        ge=0,
        le=300,
        allow_inf_nan=False,
        description="Seconds for which a service told to stop (SIGTERM) keeps serving, while /readyz fails and "
        "connections are closed after each response; twice what a load balancer needs to notice.",
    )
    webhook_secret: SecretStr | None = Field(
        None,
        description="Signing secret: whsec_ and 24 to 64 bytes in base64; several, with spaces between, for rotation.",
    )
    webhook_private: bool = Field(
        False,
        description="Whether the receiver may have a private address, such as one of a local network.",
    )
    webhook_url: HttpUrl | None = Field(
        None,
        description="URL to send a message to when a watched source's story is picked up. Without it none is sent.",
    )
    webhook_sources: frozenset[str] | None = Field(
        None, description='Watched sources, as JSON: ["Norwind"]. By default all that have a name.'
    )
    webhook_timeout: float = Field(
        15.0, gt=0, le=300, allow_inf_nan=False, description="Seconds in which the receiver must respond."
    )
    webhook_give_up_hours: float = Field(
        72.0,
        gt=0,
        allow_inf_nan=False,
        description="Hours of retrying after which an unacknowledged message is dropped. Time in which the service or "
        "Redis did not run does not count.",
    )

    @field_validator("allowed_hosts")
    @classmethod
    def _names(cls, hosts: frozenset[str]) -> frozenset[str]:
        for host in hosts - {"*"}:
            if host != host_of(host):
                raise ValueError(f"{host!r} is not a lower-case host name without a port")
        return hosts

    @field_validator("webhook_secret")
    @classmethod
    def _readable(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None:
            read_secrets(secret.get_secret_value())
        return secret

    @field_validator("webhook_url")
    @classmethod
    def _signed(cls, url: HttpUrl | None, info: ValidationInfo) -> HttpUrl | None:
        if url is not None and info.data.get("webhook_secret") is None:
            raise ValueError("messages are signed, so WIREMATCH_WEBHOOK_SECRET is needed, too")
        host = ((url and url.host) or "").strip("[]")
        local = is_loopback(host) or (as_address(host) is not None and not is_public(host))
        if local and not info.data.get("webhook_private"):
            raise ValueError("this address is not public; set WIREMATCH_WEBHOOK_PRIVATE=true to send there anyway")
        return url
