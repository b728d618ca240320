"""Language models: messages and a grammar in, tokens out; llama.cpp in process, servers elsewhere, a model's file.

This room knows nothing of passages, products or HTTP services, and takes nothing of the others but the error tree.
"""
