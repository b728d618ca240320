"""Passages become words: the engine, the prompt, evidence, citations and checks.

This room knows nothing of HTTP or of files.
"""
