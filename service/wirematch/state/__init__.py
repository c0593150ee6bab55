"""State kept in Redis >= 7.2 or Valkey >= 8, a server or a cluster, beside the index.

Clusters, kills, idempotency keys, judgements, tenants and more.
"""
