"""The database: rows by generation, written and read, and what is asked of them.

It knows no vectors and no snapshots.
"""
