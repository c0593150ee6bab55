"""Files for deployment: checked by the programs that read them, where available, and against the service."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from support.required import skip_without
from wirematch import errors
from wirematch.detection.telemetry import Step
from wirematch.observability import metrics
from wirematch.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm/wirematch"
UNITS = DEPLOY / "systemd"
SERVICES = ["wirematch.service", "wirematch@.service"]
ALERTS = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_bytes())["groups"][0]["rules"]
DASHBOARD = json.loads((DEPLOY / "grafana/dashboards/wirematch.json").read_bytes())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
MOST_EXPOSED = 1.5
"""Of 10, by systemd's rating; a service without hardening has 9.6."""
OF_PROMETHEUS = {"up": {"job", "instance"}}
OF_ALL = {"instance", "job"}
VALUES = {
    "wirematch_step_seconds": {"step": set(Step)},
    "wirematch_step_items_total": {"step": set(Step)},
    "wirematch_refusals_total": {
        "type": {kind.type for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "type")}
    },
    "wirematch_build_info": {"kernels": {"compiled", "python"}},
    "wirematch_cache_lookups_total": {"result": {"hit", "miss"}},
}
"""Allowed values of labels that have a fixed list."""


def registered() -> dict[str, set[str]]:
    """Return every metric name that an expression may use, with its labels."""
    found: dict[str, set[str]] = dict(OF_PROMETHEUS)
    for collector, names in metrics.REGISTRY._collector_to_names.items():  # noqa: SLF001 - it has no other way
        for name in names:
            labels = set(collector._labelnames) | OF_ALL  # noqa: SLF001
            found[name] = labels | ({"le"} if name.endswith("_bucket") else set())
    return found


METRICS = registered()


def expressions() -> Iterator[tuple[str, str]]:
    for rule in ALERTS:
        yield rule["alert"], rule["expr"]
    for panel in PANELS:
        for target in panel["targets"]:
            yield f"{panel['title']} {target['refId']}", target["expr"].replace("$__rate_interval", "5m")


EXPRESSIONS = dict(expressions())


def selectors(expression: Any) -> Iterator[promql_parser.VectorSelector]:
    """Yield all selectors in an expression."""
    if isinstance(expression, promql_parser.VectorSelector):
        yield expression
    elif isinstance(expression, promql_parser.MatrixSelector):
        yield expression.vector_selector
    elif isinstance(expression, promql_parser.Call):
        for argument in expression.args:
            yield from selectors(argument)
    elif isinstance(expression, promql_parser.BinaryExpr):
        yield from selectors(expression.lhs)
        yield from selectors(expression.rhs)
    elif hasattr(expression, "expr"):
        yield from selectors(expression.expr)


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_expressions_read_what_there_is(name):
    read = list(selectors(promql_parser.parse(EXPRESSIONS[name])))

    assert read
    for selector in read:
        assert selector.name in METRICS
        for matcher in selector.matchers.matchers:
            assert matcher.name in METRICS[selector.name]
            known = VALUES.get(selector.name, {}).get(matcher.name)
            assert known is None or set(re.split(r"\|", matcher.value)) <= known
    by = re.findall(r"by \(([^)]*)\)", EXPRESSIONS[name])
    assert {label.strip() for labels in by for label in labels.split(",")} <= set.union(
        *(METRICS[one.name] for one in read)
    )


def test_the_dashboard_shows_every_metric():
    read = {
        re.sub(r"_(total|bucket|sum|count)$", "", selector.name)
        for panel in PANELS
        for target in panel["targets"]
        for selector in selectors(promql_parser.parse(target["expr"].replace("$__rate_interval", "5m")))
    }
    served = {re.sub(r"_(total|bucket|sum|count|created)$", "", name) for name in set(METRICS) - set(OF_PROMETHEUS)}

    assert read == served


def test_no_two_panels_lie_on_each_other():
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    for one, other in combinations((panel["gridPos"] for panel in DASHBOARD["panels"]), 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        assert beside or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in DASHBOARD["panels"])


def test_prometheus_takes_the_rules_and_they_fire_when_they_should():
    skip_without("promtool", None if shutil.which("promtool") else "needs promtool")
    for command in ("check", "test"):
        file = "alerts.yml" if command == "check" else "alerts_test.yml"
        done = subprocess.run(
            ["promtool", command, "rules", file], cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_what_compose_mounts_is_there():
    composed = yaml.safe_load((ROOT / "docker-compose.yml").read_bytes())
    services = composed["services"]
    mounted = [
        volume.partition(":")[0]
        for service in services.values()
        for volume in service.get("volumes", [])
        if volume.startswith("./")
    ]

    assert len(mounted) == 5
    assert all((ROOT / place).exists() for place in mounted)
    assert [name for name, service in services.items() if "profiles" not in service] == ["wirematch", "valkey"]
    set_ = {name.removeprefix("WIREMATCH_").lower() for name in services["second"]["environment"]}
    assert set_ <= set(Settings.model_fields)


def test_the_chart_uses_every_value_and_no_other():
    values = yaml.safe_load((CHART / "values.yaml").read_bytes())
    used = {
        tuple(path.split("."))
        for file in (CHART / "templates").iterdir()
        for path in re.findall(r"\$?\.Values\.([\w.]+)", file.read_text(encoding="utf-8"))
    }

    def known(path: tuple[str, ...], at: Any = values) -> bool:
        return not path or (path[0] == "LOG_FORMAT" or (path[0] in at and known(path[1:], at[path[0]])))

    def leaves(at: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
        for name, value in at.items():
            whole = (*path, name)
            if isinstance(value, dict) and value and whole not in used:
                yield from leaves(value, whole)
            else:
                yield whole

    assert all(map(known, used))
    assert {leaf for leaf in leaves(values) if leaf not in used} == set()


@pytest.fixture(params=SERVICES)
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The unit, with a program that exists, among the others."""
    missing = None if shutil.which("systemd-analyze") else "needs systemd-analyze"
    skip_without("systemd", missing)
    for file in UNITS.iterdir():
        text = re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", file.read_text(encoding="utf-8"))
        (tmp_path / file.name).write_text(text)
    return tmp_path / str(request.param)


def analyze(*options: str | Path) -> str:
    done = subprocess.run(["systemd-analyze", *options], capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def test_systemd_takes_the_unit_as_it_is(unit):
    assert analyze("verify", unit).strip() == ""


def test_both_services_are_hardened_alike():
    hardened = [
        set(
            re.findall(
                r"(?m)^(?:\w*(?:Private|Protect|Restrict|SystemCall|Capabilit|No|Lock|Memory|Dynamic)\w*)=.*", text
            )
        )
        for text in ((UNITS / name).read_text(encoding="utf-8") for name in SERVICES)
    ]

    assert len(hardened[0]) > 20
    assert {one for one in hardened[0] ^ hardened[1] if not one.startswith("Notify")} == set()


def test_the_unit_leaves_little_open(unit):
    found = re.search(r"exposure level for \S+: ([\d.]+)", analyze("security", "--offline=yes", unit))
    assert found is not None
    assert float(found[1]) <= MOST_EXPOSED
