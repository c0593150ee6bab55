"""State in Redis beside the index: clusters, kills, idempotency keys."""
