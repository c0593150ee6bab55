"""Settings of the HTTP service: access, limits, logs and threads."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import Field, HttpUrl, field_validator

from wirematch.hosts import host_of
from wirematch.observability.logs import LogFormat, LogLevel
from wirematch.settings.group import SettingsGroup, Window


class ServingSettings(SettingsGroup):
    """Limits, access, logs, traces and threads."""

    max_request_bytes: int = Field(
        8_388_608, ge=1_024, description="Largest request body, decompressed; a larger one is a 413."
    )
    body_timeout: float = Field(
        30.0, gt=0, le=3_600, allow_inf_nan=False, description="Seconds in which a request body is to come; then 408."
    )
    held_body_bytes: int = Field(
        134_217_728,
        ge=1_048_576,
        description="Bytes of all request bodies that one process holds at once; further ones are a 503.",
    )
    max_streams: int = Field(
        32, ge=1, description="Bulk streams that one process reads at once; further ones are a 503."
    )
    max_event_streams: int = Field(
        256, ge=0, description="Pages that one process keeps up to date by events; further ones ask every ten seconds."
    )
    stream_timeout: float = Field(
        300.0, gt=0, allow_inf_nan=False, description="Seconds without a whole line after which a bulk stream is ended."
    )
    unread_timeout: float = Field(
        75.0,
        gt=0,
        allow_inf_nan=False,
        description="Seconds in which a client, or the proxy before it, takes nothing of a finished answer; then it is "
        "cut off.",
    )
    max_connections: int = Field(
        4_000,
        ge=8,
        description="Connections that one process holds; newcomers take the places of those that wait longest.",
    )
    max_connections_per_client: int = Field(1_000, ge=8, description="The same of one address.")
    allowed_hosts: frozenset[str] = Field(
        frozenset(),
        description='Names under which the service is asked, beside this machine\'s own, as JSON: ["desk.example"]. '
        '"*" is any.',
    )
    insecure_open: bool = Field(
        False,
        description="Serve everybody who reaches the port without a key, because the network decides who does.",
    )
    audit_log: Path | None = Field(
        None,
        description="File that gets a line of JSON for everything that is removed, and for changes of keys.",
    )
    log_format: LogFormat = Field(LogFormat.CONSOLE, description="How log lines are written: console or json.")
    log_level: LogLevel = Field(
        LogLevel.INFO, description="The least grave log lines that are written: debug, info, warning or error."
    )
    traces_url: HttpUrl | None = Field(
        None, description="Where traces go, by OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces. Needs an extra."
    )
    session_window: Window = Field(
        timedelta(hours=12), description="How long a page that signed in with a key stays so, in seconds or ISO 8601."
    )
    cpu_threads: int = Field(
        1,
        ge=1,
        le=64,
        description="Threads of one process that compare texts. They take turns except in kernels: more of them let a "
        "short text pass a long one, and divide the batches of a stream. For more cores, run more processes.",
    )
    max_waiting: int = Field(64, ge=1, description="Requests that may wait for such a thread; further ones are a 503.")
    max_wait: float = Field(
        1.0, gt=0, le=60, allow_inf_nan=False, description="Seconds that a request may wait for it; then a 503."
    )
    request_timeout: float = Field(
        30.0,
        gt=0,
        le=3_600,
        allow_inf_nan=False,
        description="Seconds after which a request that stores nothing is given up with a 504.",
    )
    examine_rate: float = Field(
        20.0,
        ge=0,
        le=10_000,
        allow_inf_nan=False,
        description="Articles a second that a process holds against the index in the background; 0 looks at none. What "
        "does not fit is logged and counted, and mended by 'wirematch doctor --fix'.",
    )
    drain_seconds: float = Field(
        1.0,
        ge=0,
        le=300,
        allow_inf_nan=False,
        description="Seconds for which a service that is told to end (SIGTERM) goes on, says so at /readyz and keeps "
        "no connection, before it refuses new ones; twice what a balancer needs to notice.",
    )

    @field_validator("allowed_hosts")
    @classmethod
    def _names(cls, hosts: frozenset[str]) -> frozenset[str]:
        for host in hosts - {"*"}:
            if host != host_of(host):
                raise ValueError(f"{host!r} is no name of a host in lower case without a port")
        return hosts
