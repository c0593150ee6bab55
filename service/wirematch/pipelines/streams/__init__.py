"""Consumers that store the articles of a Redis stream or a Kafka topic through a running service."""
