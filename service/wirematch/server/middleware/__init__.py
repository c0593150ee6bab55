"""ASGI middleware: headers of answers, deadlines, refusals of too much, access, bodies, the request log."""
