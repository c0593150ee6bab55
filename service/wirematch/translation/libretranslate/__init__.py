"""Translation by any server with LibreTranslate's HTTP API."""
