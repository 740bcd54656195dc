"""Report → records: one per patient and one per group, each field with the words that say it."""
