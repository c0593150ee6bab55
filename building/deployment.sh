#!/usr/bin/env bash
# Files that others run, held by linters and schemas: part of make check. The chart's templates are held by make chart.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bin=${1:-.venv/bin}

holds() {  # SCHEMA-OPTION SCHEMA FILE...
    "$bin/check-jsonschema" --quiet "$@"
}

"$bin/yamllint" --strict --config-file building/yamllint.yml docker-compose.yml deploy/prometheus deploy/grafana \
    deploy/helm/wirematch/Chart.yaml deploy/helm/wirematch/values.yaml building/yamllint.yml
holds --builtin-schema vendor.compose-spec docker-compose.yml
holds --schemafile building/schemas/prometheus-rules.json deploy/prometheus/alerts.yml
holds --schemafile building/schemas/grafana-dashboard.json deploy/grafana/dashboards/*.json
holds --schemafile deploy/helm/wirematch/values.schema.json deploy/helm/wirematch/values.yaml
holds --check-metaschema building/schemas/*.json deploy/helm/wirematch/values.schema.json
