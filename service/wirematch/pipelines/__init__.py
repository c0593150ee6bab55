"""Wirematch as a step of data pipelines: ``dedupe`` on its own, and steps for Scrapy, streams, datatrove and Spark.

Each module needs the library that it is named after (an extra of the package) and none of the others.
"""
