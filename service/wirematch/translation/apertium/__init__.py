"""Apertium (Forcada et al. 2011), a translator by rules: small, quick, and on this machine."""
