"""``backup`` and ``restore``: everything that was stored, in one file that can be restored into any index."""
