"""How functions become machine code; only imported by modules of kernels, so only where the extra `fast` is installed."""

from typing import Any

from numba import njit

_compiled: Any = njit

kernel = _compiled(nogil=True, cache=True, no_cfunc_wrapper=True)
"""A function that Python calls. Its machine code, which holds that of its parts, is kept."""

part = _compiled(nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
"""A function that kernels alone call: without ways in from Python, which took more than half the time to compile."""
