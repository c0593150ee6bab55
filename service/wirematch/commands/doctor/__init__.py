"""``doctor``: what is wrong, or will be, with the server, the index, the machine and the settings."""
