"""Kernels of the optional extra `fast`: imported only where they run, their machine code kept where it may be written.

Numba keeps machine code by the file of the function alone. A kernel here uses others of its package, so the folder is named by the
content of them all: an old kernel is never taken for a new one.
"""

import hashlib
import importlib
import os
import tempfile
import threading
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

_lock = threading.Lock()


def has_numba() -> bool:
    """Whether the extra `fast` is installed; looks, and imports nothing."""
    return find_spec("numba") is not None


def kernels(name: str, *sources: str) -> ModuleType:
    """Import the module `name` whose functions numba compiles; sources: the other modules of which its kernels are made.

    Raises ImportError without the extra `fast`.
    """
    with _lock:
        settings = importlib.import_module("numba").config
        kept = settings.CACHE_DIR
        settings.CACHE_DIR = str(cache_folder(name, *sources))
        try:
            return importlib.import_module(name)
        finally:
            settings.CACHE_DIR = kept


def cache_folder(*names: str) -> Path:
    """A folder of one's own for the content of these modules: beside the product's data, of the user, or for once."""
    digest = hashlib.sha256()
    for name in sorted(names):
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise ImportError(name)
        digest.update(Path(spec.origin).read_bytes())
    below = f"kernels-{digest.hexdigest()[:16]}"
    given = os.environ.get("NUMBA_CACHE_DIR"), os.environ.get("XINYA_VAR"), os.environ.get("XDG_CACHE_HOME")
    homes = [Path(folder) / "xinya" for folder in given if folder]
    homes.append(Path(os.path.expanduser("~")) / ".cache" / "xinya")
    for home in homes:
        folder = home / below
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK) and folder.stat().st_uid == os.getuid():
            return folder
    return Path(tempfile.mkdtemp(prefix=below))
