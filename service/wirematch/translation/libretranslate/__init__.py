"""Any server that speaks LibreTranslate's HTTP API."""
