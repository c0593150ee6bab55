"""Servers, stubs and fixtures shared by several test packages."""
