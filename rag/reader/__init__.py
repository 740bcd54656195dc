"""The evidence reader: (question, hits) → sentences with probabilities, and whether they answer."""
