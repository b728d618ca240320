"""Segments: the immutable files of vectors and keywords, how they are searched and how they grow.

They know ids and no rows of the database.
"""
