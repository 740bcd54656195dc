"""Questions that are answered in a way of their own: definitions, timelines, premises."""
