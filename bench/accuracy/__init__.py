"""How well articles are found and pairs are decided."""
