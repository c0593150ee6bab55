"""Settings of how documents are read and which languages are translated."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, HttpUrl, SecretStr

from wirematch.detection.translations.choice import Translate
from wirematch.formats.registry import Format
from wirematch.settings.group import SettingsGroup


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone, such as Europe/Berlin") from error
    return name


Zone = Annotated[str, AfterValidator(_zone)]


class ReadingSettings(SettingsGroup):
    """Time zones for documents that name none, names of sources, and translation."""

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
