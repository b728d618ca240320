"""Snapshots: what is published in a home, named, leased, pinned and rolled back."""
