"""Whether the extra `fast` (numba) is installed, and where its compiled code is kept. No Django.

Kernels are serial and release the lock (`nogil`), never `parallel`: a fork after a parallel run kills the child. No web process
calls them. The cache lies in the folder of files that change, because code may be read-only and a home may not be writable.
"""

import importlib.util
import os
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def has_fast() -> bool:
    """Whether numba can be imported; nothing is imported."""
    return importlib.util.find_spec("numba") is not None


def keep_compiled_code() -> None:
    """Before numba is first imported: compiled code goes to XINYA_VAR/numba, unless NUMBA_CACHE_DIR says otherwise."""
    folder = Path(os.environ.get("XINYA_VAR") or "var").absolute() / "numba"
    os.environ.setdefault("NUMBA_CACHE_DIR", str(folder))
