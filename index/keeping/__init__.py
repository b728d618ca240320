"""Keeping: a home is backed up, restored, audited and purged."""
