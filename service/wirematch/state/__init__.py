"""State kept in Redis beside the index: clusters, kills, idempotency keys, judgements, tenants and more."""
