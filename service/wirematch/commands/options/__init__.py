"""Options of commands, apart from the commands, which take long to import."""
