"""Numbers, texts, tuples and tables of them in a file of the cache folder, to be read quickly.

What can be made again is kept between processes so: compiled patterns (`rag.cli.patterns`), the
tables of the lexicon (`rag.lexicon.kept`). `marshal`, which Python keeps its modules with, reads
plain values ten times faster than JSON and makes no objects but these. Its format is that of one
version of Python; `file_name` therefore names it.
"""

from __future__ import annotations

import marshal
import sys
import zlib
from pathlib import Path


def file_name(stem: str) -> str:
    """The name of a file of values for this version of Python."""
    return f"{sys.implementation.cache_tag or sys.implementation.name}-{stem}.bin"


def read(path: Path) -> object:
    """The value that `path` holds; None where there is no such file or it is not as written."""
    try:
        data = path.read_bytes()
        if zlib.crc32(data[4:]) != int.from_bytes(data[:4], "big"):
            return None
        value: object = marshal.loads(data[4:])
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return value


def write(path: Path, value: object) -> None:
    """Write a value to `path`, whole or not at all.

    Raises OSError (a full disk, no permission) and ValueError (no plain value).
    """
    import tempfile  # brings a dozen modules that reading needs not

    data = marshal.dumps(value)  # type: ignore[arg-type]
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as stream:
        draft = Path(stream.name)
    try:
        draft.write_bytes(zlib.crc32(data).to_bytes(4, "big") + data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)  # there only where the disk was full
