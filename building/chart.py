"""Lint the Helm chart, render it by Helm's own engine, and validate the result by Kubernetes' schemas.

``make chart`` runs it in its own environment with helm-python-sdk, kubernetes-validate and pyyaml. The exit status is 1
if there are findings.
"""

from __future__ import annotations

import sys
from typing import Any

import kubernetes_validate
import yaml
from helm_python.chart import Chart, lint
from helm_python.errors import HelmError

FOLDER = "deploy/helm/wirematch"
KUBERNETES = ("1.30", "1.37")
"""The oldest and the newest version to validate for."""
INFORMATION = 1
NOT_KUBERNETES = "monitoring.coreos.com/v1"
"""API group of the Prometheus operator, for which there is no schema here."""
PEER = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress"}}}
VARIANTS: dict[str, dict[str, Any]] = {
    "as it ships": {},
    "everything on": {
        "replicas": 3,
        "workers": 2,
        "settings": {"MAX_WAITING": "128", "LOG_FORMAT": "console", "ALLOWED_HOSTS": '["desk.example"]'},
        "settingsSecret": "wirematch-more",
        "tuning": '{"threshold": 0.5}',
        "imagePullSecrets": [{"name": "registry"}],
        "ingress": {"enabled": True, "className": "nginx", "tlsSecretName": "tls", "annotations": {"a": "b"}},
        "networkPolicy": {"from": [PEER], "redisTo": [PEER], "webhooks": True, "traces": True},
        "monitoring": {"enabled": True},
        "podAnnotations": {"a": "b"},
        "nodeSelector": {"kubernetes.io/arch": "amd64"},
        "tolerations": [{"key": "news", "operator": "Exists"}],
    },
    "as little as can be": {"networkPolicy": {"enabled": False}, "drainSeconds": 0, "redis": {"port": 6380}},
}
REFUSED: list[dict[str, Any]] = [
    {"replicas": 0},
    {"settings": {"WIREMATCH_INDEX": "main"}},
    {"settings": {"MAX_WAITING": 128}},
    {"colour": "red"},
]
"""Values that the chart's schema must reject."""


def main() -> int:
    """Return the exit status."""
    findings = [
        f"lint: {message['path']}: {message['error']}"
        for message in lint(FOLDER, strict=True).get("messages") or []
        if message["severity"] > INFORMATION
    ]
    chart, documents = Chart.load(FOLDER), 0
    for name, values in VARIANTS.items():
        rendered = chart.render(values, name="desk", namespace="news")
        for path, text in rendered.items():
            if not path.endswith(".yaml"):
                continue
            for document in filter(None, yaml.safe_load_all(text)):
                documents += 1
                findings += [f"{name}: {path}: {fault}" for fault in _faults(document)]
    for values in REFUSED:
        try:
            chart.validate_schema(chart.merge_values(values))
        except HelmError:
            continue
        findings.append(f"the schema takes {values}")
    for finding in findings:
        print(finding)
    print(f"Chart: {documents} documents in {len(VARIANTS)} variants, {len(findings)} findings.")
    return 1 if findings else 0


def _faults(document: dict[str, Any]) -> list[str]:
    if document["apiVersion"] == NOT_KUBERNETES:
        return []
    faults = []
    for version in KUBERNETES:
        try:
            kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            faults.append(f"Kubernetes {version}: {error.message}")
    return faults


if __name__ == "__main__":
    sys.exit(main())
