"""Consumers of Redis Streams and Kafka."""
