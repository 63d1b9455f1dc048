"""Other processes of the product beside a test: on the test's own database, or on a house made for them alone."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlencode

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def address_of_test_database() -> str:
    """XINYA_DATABASE of the database on which this very test runs."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(found["NAME"])
    return postgres_address(str(found["NAME"]))


def postgres_address(name: str) -> str:
    """XINYA_DATABASE of another database on the server of this run."""
    found = connection.settings_dict
    host = str(found["HOST"])
    who = quote(str(found["USER"])) + (f":{quote(str(found['PASSWORD']), safe='')}" if found["PASSWORD"] else "")
    if host.startswith("/"):
        return f"postgresql://{who}@/{name}?{urlencode({'host': host})}"
    return f"postgresql://{who}@{host}:{found['PORT'] or 5432}/{name}"


def house_environment(var: Path, database: str, **more: str) -> dict[str, str]:
    """The variables of a process of its own."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith(("XINYA_", "DJANGO_"))}
    clean |= {"XINYA_VAR": str(var), "XINYA_DATABASE": database, "XINYA_LANGUAGE": "en", "XINYA_SECRET_KEY": "k" * 40}
    return clean | {"DJANGO_SETTINGS_MODULE": "xinya.site.settings", "PYTHONPATH": str(ROOT)} | more


def python(*words: str) -> list[str]:
    """The command line of another Python."""
    return [sys.executable, *words]


def wait_until(holds: Callable[[], object], what: str, *, seconds: float = 60) -> None:
    """Look again and again until it holds. Raises AssertionError when it does not within the time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.05)
