"""What good means: the shop's own canary questions, and the gate that a new snapshot passes before it is served.

This room knows nothing of HTTP, and does not know how a snapshot is published or kept back.
"""
