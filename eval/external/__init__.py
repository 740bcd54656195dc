"""Public question sets, which never ship, asked of the product's own encoder and search.

`sets` reads a folder, `shelf` makes a library of its documents, `retrieval` and `sentences` ask,
`measures` judges, `run` says which set is asked what, `table` prints.
"""
