"""What a question means for this catalogue, by a language model: a plan that is checked against the catalogue."""
