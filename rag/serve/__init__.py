"""`casebook serve`: REST and an OpenAI-compatible endpoint over one open library.

    options → app (routes: ask, search, cases, reports, health, chat) → run

`failures` is the one place where errors become statuses.
"""
