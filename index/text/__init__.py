"""Text: what words, numbers, names and orders a text is made of. It knows neither rows nor files."""
