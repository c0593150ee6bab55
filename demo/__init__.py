"""A first look at Wirematch, on stories that are fictional from the first word to the last."""
