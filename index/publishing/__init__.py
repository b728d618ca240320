"""Publishing: a written generation becomes a snapshot, is tried by a gate, and is served. It knows no files."""
