"""Metrics, logs and traces of a running service (docs/observability.md)."""
