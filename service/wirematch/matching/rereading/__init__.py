"""A text as it reads beside another one, where it is damaged or writes compounds otherwise."""
