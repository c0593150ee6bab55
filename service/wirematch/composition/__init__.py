"""Put the parts together: from settings to a detector that is ready to work."""
