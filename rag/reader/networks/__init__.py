"""The networks that read a question with a sentence, and what they are given."""
