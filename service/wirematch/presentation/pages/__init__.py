"""View models of pages (pure functions from reports, matches and articles), and their templates."""
