"""The commands of ``python -m bench``, their options and how figures are printed."""
