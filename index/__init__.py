"""What is stored and what lies near what: chunks, the database, the embedder, vectors, snapshots.

This room knows nothing of files, questions or language models.
"""
