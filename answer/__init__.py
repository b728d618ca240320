"""Passages become words: the prompt, evidence, citations and checks.

This room knows nothing of HTTP or of files.
"""
