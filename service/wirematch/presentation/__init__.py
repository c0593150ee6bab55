"""Output for people: terminal, pages and files."""
