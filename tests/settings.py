"""Settings of a test run: the product's own, on the database that XINYA_TEST_DB chooses (sqlite or postgres)."""

import os
import tempfile
from pathlib import Path

from tests import postgres

CHOICE = os.environ.get("XINYA_TEST_DB", "sqlite")
WORKER = os.environ.get("PYTEST_XDIST_WORKER")
# Made and removed by conftest.py; a worker's folder lies in that of the process which started it.
FOLDER = Path(os.environ["XINYA_VAR"], WORKER) if WORKER else Path(tempfile.gettempdir(), f"xinya-test-{os.getpid()}")
NO_DATABASE = ""

for name in ("DEMO", "DEBUG", "HOSTS", "PORT", "TIME_ZONE", "DATABASE", "PROXIES"):
    os.environ.pop(f"XINYA_{name}", None)  # a run must not depend on what the developer's shell has set
os.environ["XINYA_VAR"] = str(FOLDER)
# Compiled kernels, named by the content of their sources, are worth keeping between the processes and the runs of a checkout.
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(__file__).resolve().parent.parent / ".cache"))
os.environ["XINYA_SECRET_KEY"] = "for-tests-only-" + "x" * 32
if CHOICE == "postgres":
    try:
        # Kept in the environment, so that the processes of one run share one server.
        os.environ["XINYA_TEST_PG"] = os.environ["XINYA_DATABASE"] = postgres.address()
    except postgres.NoPostgres as reason:
        if os.environ.get("XINYA_REQUIRE_PG") == "1":
            raise SystemExit(f"No PostgreSQL for the tests, and XINYA_REQUIRE_PG=1: {reason}") from None
        NO_DATABASE = f"no PostgreSQL: {reason}"
elif CHOICE != "sqlite":
    raise SystemExit(f"XINYA_TEST_DB must be sqlite or postgres, not {CHOICE}.")

from xinya.site.settings import *  # noqa: E402, F403
from xinya.site.settings import DATABASES, STORAGES  # noqa: E402

if CHOICE == "sqlite":
    # What a killed process wrote is kept without waiting for the disk; only a loss of power would need that, and no test has one.
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
# A test signs people in without their keys, as a demonstration does; the tests of sign-in ask for them again.
SECOND_FACTOR_REQUIRED = False
# Views are written when a test says so: a page of which statements are counted does not write them by the clock.
READS_WRITTEN_S = 0
