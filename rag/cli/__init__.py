"""The command line: the only part of `rag` that prints."""

import os

# numpy multiplies small matrices here, for which OpenBLAS's waiting threads spin: without a limit
# an adapter costs 500 ms of two processors instead of 35 of one (docs/speed.md). It is read when
# numpy is first imported, which is later; a user's own setting wins. The networks have threads of
# their own (CASEBOOK_THREADS).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
