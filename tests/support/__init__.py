"""Stands, servers and fixtures that tests of several rooms share."""
