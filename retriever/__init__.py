"""Which passages answer a question: filters, search and relevance.

This room knows nothing of how an answer is worded.
"""
