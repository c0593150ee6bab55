"""Apertium (Forcada et al. 2011), a rule-based translator: small, fast and local."""
