"""What an operator sees of a running service: metrics and logs (docs/observability.md)."""
