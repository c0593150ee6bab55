"""ASGI middleware: headers of answers, deadlines, refusals of too much, access, tenants, bodies, the request log."""
