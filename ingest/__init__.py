"""Files become an index: reading, product rows, splitting, and the pipeline that writes a snapshot.

This room knows nothing of how an index is searched or how an answer is worded.
"""
