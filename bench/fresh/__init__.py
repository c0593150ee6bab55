"""Pairs that nobody read while the program was made: how they are chosen, their labels, their scores."""
