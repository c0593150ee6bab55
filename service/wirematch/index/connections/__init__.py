"""To Redis and back: addresses, connections, transactions, scripts, errors."""
