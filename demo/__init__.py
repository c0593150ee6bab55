"""A first look at Wirematch, on entirely fictional stories."""
