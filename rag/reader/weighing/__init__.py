"""Sentences and their features → probabilities: which answer, and whether any does."""
