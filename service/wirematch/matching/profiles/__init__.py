"""Profiles: what comparing needs of one text, made once and used against every other."""
