"""Stories wrapped in JSON: AP's Media API, JSON Feed, dpa digitalwires and arbitrary wrappers."""
