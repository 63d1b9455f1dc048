"""Kernels of the optional extra `fast`: imported only where they run, their machine code kept where it may be written.

Numba keeps machine code by the file of the function alone. A kernel here uses others of its package, so the folder is named by the
content of them all: an old kernel is never taken for a new one. A module of kernels has a function `prepare` that compiles them.
"""

import fcntl
import hashlib
import importlib
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

COMPILING = "xinya.kit.compiling"
_lock = threading.Lock()


def has_numba() -> bool:
    """Whether the extra `fast` is installed; looks, and imports nothing."""
    return find_spec("numba") is not None


def kernels(name: str, *sources: str) -> ModuleType:
    """Import the module `name` and make its kernels ready; sources: the other modules of which its kernels are made.

    Of several processes that begin at once, one compiles and the others read what it kept.
    Raises ImportError without the extra `fast`.
    """
    with _lock:
        settings = importlib.import_module("numba").config
        kept = settings.CACHE_DIR
        folder = cache_folder(name, COMPILING, *sources)
        settings.CACHE_DIR = str(folder)
        try:
            with _alone_in(folder):
                module = importlib.import_module(name)
                module.prepare()
                return module
        finally:
            settings.CACHE_DIR = kept


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """No other process that keeps kernels in this folder is here at the same time; a folder that cannot be locked stops nobody."""
    with ExitStack() as held:
        with suppress(OSError):
            fcntl.flock(held.enter_context((folder / "lock").open("w")), fcntl.LOCK_EX)
        yield


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
