"""Wirematch: which stored wire stories does this article rewrite, and where?"""

__version__ = "0.2.0"
