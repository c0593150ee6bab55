"""Kernels that score a submission against many stories, with the event and the model."""
