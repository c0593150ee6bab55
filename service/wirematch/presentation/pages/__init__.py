"""What pages show: pure functions from reports, matches and articles to what a template needs, and the templates."""
