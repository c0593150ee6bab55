"""Every setting of the service, from ``WIREMATCH_*`` in the environment; command-line options override them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

import platformdirs
from pydantic import (
    AfterValidator,
    Field,
    HttpUrl,
    SecretStr,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from wirematch.detection.translation_choice import Translate
from wirematch.errors import InvalidSettingError
from wirematch.fingerprint.sampling import Sampling
from wirematch.formats.registry import Format
from wirematch.hosts import as_address, host_of, is_loopback, is_public
from wirematch.index.durability import Durability
from wirematch.index.keys import NAME
from wirematch.index.redis_url import check_url
from wirematch.observability.logs import LogFormat, LogLevel
from wirematch.webhooks.signing import read_secrets


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no zone that IANA lists, such as Europe/Berlin") from error
    return name


Zone = Annotated[str, AfterValidator(_zone)]
Window = Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=36_500))]


class Settings(BaseSettings):
    """What an operator can choose."""

    model_config = SettingsConfigDict(env_prefix="WIREMATCH_", frozen=True, extra="ignore", hide_input_in_errors=True)

    redis_url: Annotated[str, AfterValidator(check_url)] | None = Field(
        None,
        description="Redis >= 7.2 or Valkey >= 8, such as redis://host:6379/0, redis+cluster://host:6379 for a "
        "cluster, or redis+sentinel://host:26379/master. Without it, an embedded Valkey runs.",
        repr=False,
    )
    redis_url_file: Path | None = Field(
        None, description="File that holds the URL, which other users of the machine must not see in options."
    )
    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("wirematch"),
        description="Where the embedded Valkey keeps its append-only file.",
    )
    valkey_memory: int | None = Field(
        None,
        ge=16_777_216,
        description="Bytes that the embedded Valkey may use, above which writes are refused; by default three quarters "
        "of the machine's or the container's memory.",
    )
    index: Annotated[str, StringConstraints(pattern=NAME)] = Field(
        "main", description="Name of the index; several can live in one Redis."
    )
    tenant: Annotated[str, StringConstraints(pattern=NAME)] | None = Field(
        None, description="Whose articles commands work on, and requests without a tenant's key; by default nobody's."
    )
    redis_timeout: float = Field(
        5.0, gt=0, allow_inf_nan=False, description="Seconds to wait for Redis before a request is answered with 503."
    )
    shards: int | None = Field(
        None,
        ge=1,
        le=1_024,
        description="Parts of a new index, by default one; a few for each master. Of an index that exists, what it "
        "must have.",
    )
    wait_replicas: int = Field(
        0, ge=0, le=10, description="Replicas that must have a write before it is acknowledged (WAIT)."
    )
    wait_timeout: float = Field(
        1.0, gt=0, le=60, allow_inf_nan=False, description="Seconds to wait for these replicas before a 503."
    )
    durability: Durability = Field(
        Durability.WRITTEN,
        description="'fsync' acknowledges nothing before it is on the server's disk (WAITAOF); requests may choose.",
    )
    store_text: bool = Field(
        True,
        description="false keeps no texts of articles, but numbers by which they are found and compared all the same.",
    )
    retention: Window | None = Field(
        None, description="How long articles are kept, in seconds or as an ISO 8601 duration such as P90D."
    )
    retention_by_source: dict[str, Window] | None = Field(
        None, description='The same for single sources, as JSON: {"IANS": "P30D"}. The earliest end counts.'
    )
    idempotency_window: Window = Field(
        timedelta(days=1), description="How long the answer to a request with an Idempotency-Key is kept."
    )
    kill_window: Window = Field(
        timedelta(days=90),
        description="How long it is remembered that a story was taken back, so that no older version is stored.",
    )
    versions_kept: int = Field(
        10, ge=0, le=100, description="Earlier texts of an article that are kept, to show what changed; 0 keeps none."
    )
    versions_window: Window = Field(
        timedelta(days=90), description="How long they are kept after the article last changed."
    )
    check_window: Window = Field(
        timedelta(days=30), description="How long an article that was checked on a page can be linked to."
    )
    zone_by_source: dict[str, Zone] | None = Field(
        None,
        description="Zones of times that say none, by who sends them, as JSON with IANA's names: "
        '{"AAP": "Australia/Sydney"}. Without one they are read as UTC, and the answer tells.',
    )
    zone_by_format: dict[Format, Zone] | None = Field(
        None, description='The same for formats, where the source has none: {"iptc-7901": "Europe/Berlin"}.'
    )
    source_names: dict[str, list[str]] | None = Field(
        None,
        description='Other names of sources, by which an article may credit them, as JSON: {"Norwind": ["NW!"]}. A '
        "'!' marks letters that count only where a source is credited, as in brackets.",
    )
    translate: Translate | None = Field(
        None,
        description="Compare articles across languages, as JSON: "
        '{"pivot": "en", "from": ["es", "fr", "it"], "engines": ["apertium"]}; "{}" translates to English whatever the '
        "machine can. By default nothing is translated.",
    )
    translate_url: HttpUrl | None = Field(
        None,
        description="A LibreTranslate-compatible server, which sees the texts; asked only where 'engines' names it.",
    )
    translate_key: SecretStr | None = Field(None, description="What that server asks for as its key.")
    translate_timeout: float = Field(
        10.0, gt=0, le=120, allow_inf_nan=False, description="Seconds that an engine has for a text, waiting included."
    )
    translate_processes: int = Field(
        1, ge=1, le=64, description="Pipelines of Apertium side by side for each of its pairs, in each process."
    )
    sampling: Sampling = Field(
        Sampling.BOTTOM,
        description="How the stories of a new index are signed: 'bottom' finds as much with little more than half the "
        "memory, 'affine32' is datasketch's MinHash. An index that is there keeps its own.",
    )
    bucket_cap: int = Field(128, ge=1, le=10_000, description="Articles a bucket holds; a full one drops the oldest.")
    compare_limit: int = Field(
        32, ge=1, le=1_000, description="Candidates whose text is compared with a submission, best first."
    )
    excerpt_limit: int = Field(
        8, ge=0, le=1_000, description="Further candidates that may share an excerpt alone; 0 looks for none."
    )
    compare_bytes: int = Field(
        1_048_576,
        ge=1_024,
        description="Bytes of the candidates' texts that are compared with a submission, best first, and one in any "
        "case; four times as many for a story's pickups.",
    )
    pickup_limit: int = Field(256, ge=1, le=10_000, description="Candidates compared to list a story's pickups.")
    tuning_file: Path | None = Field(
        None,
        description="File that 'wirematch tune' wrote: what probabilities mean to this desk, and a threshold.",
    )
    threshold: float | None = Field(
        None, gt=0, lt=1, description="Probability from which on a pair is called derived, before the tuning's."
    )
    profile_cache: int = Field(2_000, ge=0, description="Stored articles kept ready for comparison in memory.")
    fingerprint_cache: int = Field(
        20_000, ge=0, description="Stored articles whose sketches are kept in memory, about 0.5 KB each."
    )
    cache_mb: int = Field(
        256, ge=1, description="Megabytes of one process that both may take together, whatever is in them."
    )
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
    webhook_secret: SecretStr | None = Field(
        None,
        description="What messages are signed with: whsec_ and 24 to 64 bytes in base64; several while it changes.",
    )
    webhook_private: bool = Field(
        False,
        description="Whether the receiver may have an address that is not public, such as one of a local network.",
    )
    webhook_url: HttpUrl | None = Field(
        None, description="Where a message goes when a watched source's story is picked up. Without it none is sent."
    )
    webhook_sources: frozenset[str] | None = Field(
        None, description='Sources that are watched, as JSON: ["Norwind"]. By default all that have a name.'
    )
    webhook_timeout: float = Field(
        15.0, gt=0, le=300, allow_inf_nan=False, description="Seconds that the receiver has for its answer."
    )
    webhook_give_up_hours: float = Field(
        72.0, gt=0, allow_inf_nan=False, description="Hours after which a message that was never taken is given up."
    )

    @field_validator("allowed_hosts")
    @classmethod
    def _names(cls, hosts: frozenset[str]) -> frozenset[str]:
        for host in hosts - {"*"}:
            if host != host_of(host):
                raise ValueError(f"{host!r} is no name of a host in lower case without a port")
        return hosts

    @field_validator("translate")
    @classmethod
    def _kept(cls, translate: Translate | None, info: ValidationInfo) -> Translate | None:
        if translate is not None and not info.data.get("store_text", True):
            raise ValueError("a translation is a text that is kept, which WIREMATCH_STORE_TEXT=false forbids")
        return translate

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
            raise ValueError(
                "this address is not public; set WIREMATCH_WEBHOOK_PRIVATE=true to send there all the same"
            )
        return url

    @model_validator(mode="before")
    @classmethod
    def _from_file(cls, given: dict[str, Any]) -> dict[str, Any]:
        file = given.get("redis_url_file")
        if file is None or given.get("redis_url") is not None:
            return given
        try:
            return given | {"redis_url": Path(file).read_text(encoding="utf-8").strip()}
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"the file in WIREMATCH_REDIS_URL_FILE cannot be read: {error}") from None

    @classmethod
    def read(cls, **options: Any) -> Self:
        """The environment's settings under these ``options``; InvalidSettingError says in a line what cannot work."""
        try:
            return cls(**options)
        except ValidationError as error:
            raise InvalidSettingError("; ".join(map(_told, error.errors()))) from error


def _told(problem: ErrorDetails) -> str:
    """Which setting it is about, and what is wrong; of what is about none, our own words alone."""
    said = problem["msg"].removeprefix("Value error, ")
    setting = f"{Settings.model_config['env_prefix']}{'.'.join(map(str, problem['loc']))}".upper()
    return f"{setting}: {said}" if problem["loc"] else said
