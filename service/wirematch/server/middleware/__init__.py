"""ASGI middleware: access, tenants, limits on bodies, the request log."""
