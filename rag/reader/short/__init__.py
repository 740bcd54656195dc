"""The sentences of an answer → its short answer, or none: doses, values, yes and no."""
