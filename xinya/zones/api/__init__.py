"""HTTP API of the zones slice."""

from .zones import router

__all__ = ["router"]
