"""Whom a question means: the patients of a report, and the words that point at them."""
