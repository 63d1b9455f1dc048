"""Addresses that come from files and forms: a page links what leads to the web, and nothing else."""

from urllib.parse import urlsplit


def web_address(text: str) -> str:
    """`text` where it is an address with http or https and a host, else "": a link may not run a script or open a file."""
    if not text.isprintable() or any(character.isspace() for character in text):
        return ""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _port = parts.port  # ValueError where it is no number
    except ValueError:
        return ""
    return text if parts.scheme in ("http", "https") and any(c.isalnum() for c in host) else ""
