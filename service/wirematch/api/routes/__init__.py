"""Routes of the HTTP API, apart from the bulk route and the pages."""
