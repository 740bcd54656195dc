"""How the models are made. A development tool: nothing here is imported when Casebook answers."""
