"""``backup`` and ``restore``: all that was stored, in one file that any index takes."""
