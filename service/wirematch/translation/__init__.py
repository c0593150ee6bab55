"""Engines that translate, where a machine has any: sentences in, as many sentences out, and how it was done."""
