"""How the project's own models are taught: what they learn from, and the training.

This room knows nothing of HTTP. What it writes are data files of other rooms.
"""
