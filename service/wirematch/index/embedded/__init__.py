"""The Valkey that a service starts for itself, where no Redis is configured."""
