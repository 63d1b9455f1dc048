"""HTTP API of the chain slice."""

from .routes import router

__all__ = ["router"]
