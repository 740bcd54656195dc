"""What a question asks: its parts, the kinds of answer it wants, what nobody may be told."""
