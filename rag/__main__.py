"""`python -m rag` is `casebook`."""

from rag.cli.main import main

main()
