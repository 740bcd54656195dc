"""True and false answers with their spans: does verification tell them apart?

`python -m eval.verification` prints the table; `--write` makes the answers anew (eval/README.md).
"""
