"""Embedding: texts in, unit vectors out. It knows models and no rows, files of vectors or questions."""
