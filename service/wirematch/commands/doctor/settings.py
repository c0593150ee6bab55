"""Findings about the settings: names that do not exist, and languages that no engine here translates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from wirematch.commands.doctor.finding import Finding, fine, warning
from wirematch.composition.translating import open_translating
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.pipelines.streams.settings import StreamSettings
from wirematch.settings import Settings

PREFIX = "WIREMATCH_"
NAMES = frozenset(
    [f"{PREFIX}{name}".upper() for name in Settings.model_fields]
    + [f"{StreamSettings.model_config['env_prefix']}{name}".upper() for name in StreamSettings.model_fields]
)
"""Of the service, and of consumers of streams."""
ELSEWHERE = frozenset({"WIREMATCH_KERNELS", "WIREMATCH_KEY", "WIREMATCH_DATA"})
"""Read by the kernels, by clients and by measurements."""
ELSEWHERE_BEGINS = "WIREMATCH_TEST_"
"""Read by tests."""
OF_A_SERVICE = re.compile(r"_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_[0-9]+_\w+)?)$")
"""Ends of the variables that Kubernetes sets in each pod for a service named ``wirematch``, as in the chart."""

CLOSE = 0.75
"""The similarity from which on a name may be the one that was meant."""


def name_findings(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Yield findings about variables that look like settings: a misspelt one has no effect and gives no error."""
    named = sorted(name for name in map(str.upper, environment) if name.startswith(PREFIX))
    unknown = [one for one in named if one not in NAMES and not _is_read_elsewhere(one)]
    if unknown:
        own = [name.removeprefix(PREFIX) for name in NAMES]
        close = (get_close_matches(one.removeprefix(PREFIX), own, 1, CLOSE) for one in unknown)
        meant = ", ".join(f"{PREFIX}{one[0]}" for one in close if one)
        yield warning(
            "settings",
            f"No setting has this name, so it does nothing: {', '.join(unknown)}.",
            f"Perhaps {meant} is meant. " * bool(meant) + "docs/configuration.md has all settings.",
        )


def _is_read_elsewhere(name: str) -> bool:
    known = name in ELSEWHERE or name.startswith(ELSEWHERE_BEGINS)
    return known or OF_A_SERVICE.search(name) is not None


async def translation_finding(settings: Settings) -> Finding | None:
    """Whether the engines on this machine can translate the configured languages; None if there are none."""
    if settings.translate is None:
        return None
    executor = BoundedExecutor(1, 0)
    translating = await open_translating(settings, executor)
    assert translating is not None
    try:
        able = translating.versions().keys()
    finally:
        await translating.close()
        executor.close()
    wanted = settings.translate.from_
    pivot = settings.translate.pivot
    lacking = sorted(wanted - able - {pivot}) if wanted is not None else []
    if lacking or not able:
        what = f"from {', '.join(lacking)} to {pivot}" if lacking else f"to {pivot}"
        return warning(
            "translation",
            f"No engine here translates {what}: such articles are compared in their own language.",
            "'wirematch languages' says what to install.",
        )
    return fine("translation", f"Articles in {', '.join(sorted(able))} are translated to {pivot}.")
