"""Profiles: what comparing needs of one text, computed once and used against every other."""
