"""``POST /v1/articles/bulk``: many articles in one request, answered while it is read."""
