"""Settings of articles: what is kept and for how long, how documents are read, and how candidates are decided."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, HttpUrl, SecretStr, ValidationInfo, field_validator

from wirematch.detection.translations.choice import Translate
from wirematch.fingerprint.sampling import Sampling
from wirematch.formats.registry import Format
from wirematch.settings.group import SettingsGroup, Window


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone, such as Europe/Berlin") from error
    return name


Zone = Annotated[str, AfterValidator(_zone)]


class ArticleSettings(SettingsGroup):
    """How articles are kept, read, translated and decided.

    ``store_text`` comes before ``translate``, whose validation needs it.
    """

    store_text: bool = Field(
        True,
        description="false keeps no texts of articles, only numbers by which they can still be found and compared.",
    )
    retention: Window | None = Field(
        None, description="How long articles are kept, in seconds or as an ISO 8601 duration such as P90D."
    )
    retention_by_source: dict[str, Window] | None = Field(
        None, description='The same by source, as JSON: {"IANS": "P30D"}. The earliest expiry counts.'
    )
    idempotency_window: Window = Field(
        timedelta(days=1), description="How long the response to a request with an Idempotency-Key is kept."
    )
    kill_window: Window = Field(
        timedelta(days=90),
        description="How long a withdrawal is remembered, so that no older version of the story is stored.",
    )
    versions_kept: int = Field(
        10, ge=0, le=100, description="Number of earlier versions kept per article, to show what changed; 0 keeps none."
    )
    versions_window: Window = Field(
        timedelta(days=90), description="How long earlier versions are kept after the article last changed."
    )
    check_window: Window = Field(
        timedelta(days=30), description="How long the report on an article checked on a page has a URL."
    )

    zone_by_source: dict[str, Zone] | None = Field(
        None,
        description="Time zones, by source, of times without an offset, as JSON with IANA names: "
        '{"AAP": "Australia/Sydney"}. Others are read as UTC, with a warning.',
    )
    zone_by_format: dict[Format, Zone] | None = Field(
        None, description='The same by format, for sources without one: {"iptc-7901": "Europe/Berlin"}.'
    )
    source_names: dict[str, list[str]] | None = Field(
        None,
        description='Other names of sources, by which an article may credit them, as JSON: {"Norwind": ["NW!"]}. A '
        "'!' marks letters that count only where a source is credited, as in brackets.",
    )
    translate: Translate | None = Field(
        None,
        description="Compare articles across languages, as JSON: "
        '{"pivot": "en", "from": ["es", "fr", "it"], "engines": ["apertium"]}; "{}" translates everything that the '
        "machine can to English. By default nothing is translated.",
    )
    translate_url: HttpUrl | None = Field(
        None,
        description="A LibreTranslate-compatible server, which sees the texts; used only if 'engines' names it.",
    )
    translate_key: SecretStr | None = Field(None, description="The server's API key.")
    translate_timeout: float = Field(
        10.0, gt=0, le=120, allow_inf_nan=False, description="Seconds that an engine has for a text, including waiting."
    )
    translate_processes: int = Field(
        1, ge=1, le=64, description="Concurrent Apertium pipelines for each language pair, in each process."
    )

    sampling: Sampling = Field(
        Sampling.RARE,
        description="How the stories of a new index are signed: 'rare' by their rare shingles first, 'bottom' by any, "
        "'affine32' by datasketch's MinHash in nearly twice the memory. An existing index keeps its own.",
    )
    bucket_cap: int = Field(
        128, ge=1, le=10_000, description="Articles that a bucket holds; a full one drops the oldest."
    )
    compare_limit: int = Field(
        32, ge=1, le=1_000, description="Candidates whose text is compared with a submission, best first."
    )
    excerpt_limit: int = Field(
        8, ge=0, le=1_000, description="Further candidates that may share only an excerpt; 0 looks for none."
    )
    compare_bytes: int = Field(
        1_048_576,
        ge=1_024,
        description="Bytes of candidates' texts that are compared with a submission, best first, but at least one "
        "text; four times as many for a story's pickups.",
    )
    pickup_limit: int = Field(
        256,
        ge=1,
        le=10_000,
        description="Candidates, found by the text, that are compared to list a story's pickups; the members of its "
        "cluster are compared as well.",
    )
    tuning_file: Path | None = Field(
        None,
        description="File written by 'wirematch tune' with a desk's calibration and threshold.",
    )
    threshold: float | None = Field(
        None, gt=0, lt=1, description="Probability from which on a pair is called derived; overrides the tuning file's."
    )
    profile_cache: int = Field(2_000, ge=0, description="Stored articles kept ready for comparison in memory.")
    fingerprint_cache: int = Field(
        20_000, ge=0, description="Stored articles whose sketches are kept in memory, about 0.5 KB each."
    )
    cache_mb: int = Field(256, ge=1, description="Megabytes that all caches may take together in one process.")

    @field_validator("translate")
    @classmethod
    def _kept(cls, translate: Translate | None, info: ValidationInfo) -> Translate | None:
        if translate is not None and not info.data.get("store_text", True):
            raise ValueError("a translation is a text that is kept, which WIREMATCH_STORE_TEXT=false forbids")
        return translate
