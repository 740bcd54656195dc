"""Networks kept on disk as ONNX Runtime opens them quickest, from one process to the next.

Opening a packaged network takes a third of a second of processor: its adapter is multiplied out
and added, every weight is copied and packed as this processor wants it. The first process that has
done so writes the result beside its own work, into the user's cache folder
(`rag.config.cache_folder`), and the next ones map that file into memory: a twentieth of a second,
and pages of memory that all processes share. Nothing depends on it: what cannot be written, is
damaged, or was made by another version, for another processor or of other weights is not used.

A kept network must give the bits that the one it was made from gives, on a text (`_PROBE`) that is
read when it is opened first on a day or since one of its files was touched: reading it at each
question cost a twentieth of a cold one. A folder that does not is taken away.
"""

from __future__ import annotations

import hashlib
import logging
import os
import platform
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.config import cache_folder, fingerprint

if TYPE_CHECKING:
    from onnxruntime import InferenceSession, SessionOptions

log = logging.getLogger(__name__)

Array = np.ndarray[Any, np.dtype[np.float32]]

FORMAT = "1"  # raised when what a folder holds changes
NETWORKS, HASHES = "networks", "models"
NETWORK, WEIGHTS, STATES = "network.onnx", "weights.bin", "states.npy"
CHECKED = "checked.txt"
"""What the files were, and on which day, when the network last gave the bits that it should."""
STALE_DAYS = 60
"""A kept network that nothing has opened for so long is taken away when another one is kept."""

# Pieces of a text of middling length in two segments: long enough for the products of matrices to
# be cut into blocks as those of real texts are.
_PROBE = np.arange(1_037, 1_037 + 61 * 7, 7, dtype=np.int64)[None, :]
_SHORT_HASH = re.compile(r"[0-9a-f]{16}")
_TELLING = re.compile(r"model name|flags|Features")

SETTINGS = {
    "session.optimized_model_external_initializers_file_name": WEIGHTS,
    "session.optimized_model_external_initializers_min_size_in_bytes": "1024",
    "session.save_external_prepacked_constant_initializers": "1",
}
"""What tells ONNX Runtime to write the packed weights into a file of their own
(onnxruntime_session_options_config_keys.h)."""


def place_of(graph: bytes, adapter_hash: str, weights_hash: str) -> Path | None:
    """The folder in which this network is kept on this machine, or None when none is to be kept.

    Its name stands for all that decides the packed weights: graph, weights, adapter, the version
    of ONNX Runtime and the processor.
    """
    folder = cache_folder()
    if folder is None:
        return None
    import onnxruntime

    parts = {
        "format": FORMAT,
        "graph": hashlib.sha256(graph).hexdigest(),
        "adapter": adapter_hash,
        "weights": weights_hash,
        "onnxruntime": onnxruntime.__version__,
        "processor": _processor(),
    }
    return folder / NETWORKS / fingerprint(parts)


def find(
    place: Path, words: Array, options: Callable[[], SessionOptions]
) -> InferenceSession | None:
    """The network kept at `place`, or None when there is none that is sound.

    `words` are the vectors of word pieces, which the graph is handed with each text.
    """
    if not (place / STATES).is_file():
        return None
    try:
        session = _opened(place, options())
        if _is_checked(place) or _gives_its_states(place, session, words):
            os.utime(place)
            return session
        reason = "it gives other states than when it was kept"
    except Exception as error:  # a cut file, another's file: whatever it is, it is made anew
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    log.info("%s: the kept network is not used and taken away: %s", place, reason)
    shutil.rmtree(place, ignore_errors=True)
    return None


def _is_checked(place: Path) -> bool:
    try:
        return (place / CHECKED).read_text("ascii") == _as_checked(place)
    except (OSError, ValueError):
        return False


def _gives_its_states(place: Path, session: InferenceSession, words: Array) -> bool:
    """Reads the probe; that the states are those of the first process is noted."""
    expected = np.load(place / STATES, allow_pickle=False)
    same = bool(np.array_equal(_states(session, words), expected))
    if same:
        _noted(place / CHECKED, _as_checked(place))
    return same


def _as_checked(place: Path) -> str:
    """A name for the files of a kept network as they are now, and for today."""
    day = int(time.time() // 86_400)
    return f"{_touched([place / name for name in (NETWORK, WEIGHTS, STATES)])} {day}"


def keep(
    place: Path,
    session: InferenceSession,
    words: Array,
    options: Callable[[], SessionOptions],
    write: Callable[[SessionOptions], object],
) -> None:
    """Write the network of `session` to `place`, whole or not at all; a full disk is no error.

    `write` makes the session again with the options that it is given, which have it written.
    """
    draft: Path | None = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix="making-", dir=place.parent))
        writing = options()
        writing.optimized_model_filepath = str(draft / NETWORK)
        for key, value in SETTINGS.items():
            writing.add_session_config_entry(key, value)
        write(writing)
        states = _states(session, words)
        if not np.array_equal(_states(_opened(draft, options()), words), states):
            log.info("%s: the network as written gives other states; it is not kept", place)
            return
        np.save(draft / STATES, states, allow_pickle=False)
        draft.rename(place)  # fails where another process was faster, which is as well
        _sweep(place.parent)
    except Exception as error:  # ONNX Runtime has many kinds; the process goes on without
        log.info("%s: the network is not kept (%s)", place, error)
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)


def hash_of(model: Path, computed: Callable[[Path], str]) -> str:
    """`computed` of a model's file or folder, remembered while none of its files is touched.

    Files are known by name, size, times and place on the disk, as build tools know them.
    """
    kept = cache_folder()
    files = [model] if model.is_file() else [p for p in model.rglob("*") if p.is_file()]
    note = kept / HASHES / f"{_touched(files)}.txt" if kept else None
    try:
        if note and _SHORT_HASH.fullmatch(found := note.read_text("ascii")):
            return found
    except (OSError, ValueError):
        pass  # none yet, or damaged: it is worked out
    found = computed(model)
    if note:
        _noted(note, found)
    return found


def _noted(note: Path, found: str) -> None:
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=note.parent, delete=False) as stream:
            stream.write(found)
        Path(stream.name).replace(note)
    except OSError as error:
        log.info("%s: not written (%s)", note, error)


def _touched(files: Iterable[Path]) -> str:
    """A name for files as they are now."""
    lines = []
    for path in sorted(files):
        about = path.stat()
        lines.append(
            f"{path} {about.st_size} {about.st_mtime_ns} {about.st_ctime_ns} {about.st_ino}"
        )
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _opened(folder: Path, options: SessionOptions) -> InferenceSession:
    """The session of a kept folder; its graph was optimised when it was written."""
    import onnxruntime

    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(
        str(folder / NETWORK), options, providers=["CPUExecutionProvider"]
    )


def _states(session: InferenceSession, words: Array) -> Array:
    """The states of the probe's pieces, (1, pieces, dimensions)."""
    length = _PROBE.shape[1]
    segments = (np.arange(length, dtype=np.int64) >= length // 2).astype(np.int64)[None, :]
    kept = np.arange(length, dtype=np.int64)[None, :]
    found: Array
    (found,) = session.run(["states"], {"words": words[_PROBE], "segments": segments, "kept": kept})
    return found


def _sweep(folder: Path) -> None:
    """Take away what nothing has opened for STALE_DAYS, and drafts of processes that ended."""
    now = time.time()
    for path in folder.iterdir():
        days = (now - path.stat().st_mtime) / 86_400
        if days > (1 if path.name.startswith("making-") else STALE_DAYS):
            shutil.rmtree(path, ignore_errors=True)


@cache
def _processor() -> str:
    """What this processor is and can do, for packed weights fit one kind only."""
    try:
        about = Path("/proc/cpuinfo").read_text("utf-8", "replace").split("\n\n", 1)[0]
        lines = [
            line for line in about.splitlines() if re.match(r"model name|flags|Features", line)
        ]
    except OSError:
        lines = []
    # Asking the system for its name starts a process; it says nothing that the lines do not.
    name = "" if lines else platform.processor()
    return "\n".join([platform.machine(), name, *lines])
