"""Webhooks: signed messages to a desk's own server when a watched source's story is picked up."""
