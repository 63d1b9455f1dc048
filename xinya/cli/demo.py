"""`xinya demo`: an embedded database with the sample zones, a diagnosis in the terminal, pages on this machine."""

import argparse
import os
import socket
import subprocess
import sys
from pathlib import Path

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say, short_language
from xinya.zones.engine.roles import BY_CODE

from .chain_text import terminal_text
from .house import prepare, start_django

NOT_A_DEMO = _("The database %(database)s is not marked as a demonstration, so the demo leaves it alone. Nothing was changed.")
PORT_TAKEN = _("Port %(port)s is in use on this machine. Choose another, for example: make demo PORT=%(other)s")
ADDRESS = _("Open %(address)s")
ACCOUNT = _("Sign in as %(name)s (%(role)s) with the password %(password)s")
REMOVED = _(
    "The sample zone was removed from this demonstration. To begin again, delete the database %(database)s and run this again."
)
STOP = _("The pages are served on this machine only. Stop with Ctrl+C.")
SQLITE_HEAD = b"SQLite format 3\0"
WAL_MARK = b"\x02\x02"


def add_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `demo`."""
    demo = subparsers.add_parser("demo", help="load the sample zones and serve them on this machine")
    demo.add_argument("--port", type=int, default=None, help="default 8000")
    demo.add_argument("--no-serve", action="store_true", help="do all but serve")
    demo.set_defaults(run=run_demo)


def run_demo(arguments: argparse.Namespace) -> int:
    """Prepare, load, print, serve. Two fresh random passwords at every start; a database in use stays untouched."""
    if arguments.port is not None:
        os.environ["XINYA_PORT"] = str(arguments.port)
    os.environ["XINYA_DEMO"] = "yes"
    start_django()
    from django.conf import settings
    from django.core.management import call_command

    port = settings.ENVIRONMENT.port
    serves = not arguments.no_serve
    if serves and not _is_free("127.0.0.1", port):
        raise Refused("port-taken", PORT_TAKEN, port=port, other=port + 1 if port < 65535 else 8000)
    prepare_database()
    if serves:
        call_command("collectstatic", interactive=False, verbosity=0)
    from xinya.site import demo

    accounts = demo.load()
    bring_index_up()
    print_zone("shenyang", arguments.language)
    print(say(arguments.language, ADDRESS, address=f"http://localhost:{port}/zh-hans/"))
    for name, role, password in accounts:
        print(say(arguments.language, ACCOUNT, name=name, role=say(arguments.language, BY_CODE[role].name), password=password))
    sys.stdout.flush()
    if serves:
        print(say(arguments.language, STOP), flush=True)
        serve(port)
    return 0


def bring_index_up() -> None:
    """What was loaded is found at once; a worker of an earlier start that is writing just now does it for us."""
    from xinya.kit.search import index_marked

    try:
        index_marked()
    except Refused as refused:
        if refused.code != "search-busy":
            raise


def print_zone(code: str, language: str) -> None:
    """Print a zone's diagnosis on its own day, as `xinya chain diagnose` does; of a removed one that it was, and the way back."""
    from django.conf import settings
    from django.utils.translation import override

    from xinya.chain.queries import day_of, zone_report
    from xinya.zones.models import Zone

    zone = Zone.objects.filter(code=code).first()
    if zone is None:
        print(say(language, REMOVED, database=settings.DATABASES["default"]["NAME"]) + "\n")
        return
    chinese = short_language(language) == "zh"
    with override("zh-hans" if chinese else "en"):
        found = zone_report(zone, day_of(zone))
        name = zone.name if chinese else zone.name_en
        names = None if chinese else found.names_en
        print(terminal_text(found.report, short_language(language), title=name, zone=name, names=names))
    print()


def prepare_database() -> None:
    """Bring the demo's database up to date. Raises Refused `not-a-demo` before anything is written to another one."""
    from django.conf import settings
    from django.db import DatabaseError, connection

    from xinya.site.marks import is_marked_demo, is_untouched, mark_as_demo

    name = settings.DATABASES["default"]["NAME"]
    refused = Refused("not-a-demo", NOT_A_DEMO, database=name)
    if connection.vendor == "sqlite":
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        if not _may_be_ours(Path(name)):
            raise refused
    try:
        ours = is_marked_demo() or is_untouched()
    except DatabaseError:
        raise refused from None
    if not ours:
        raise refused
    prepare()
    mark_as_demo()


def _may_be_ours(file: Path) -> bool:
    """Absent, empty, or in the write-ahead mode of all our files; opening another would switch it to that mode."""
    if not file.exists():
        return True
    with file.open("rb") as opened:
        head = opened.read(20)
    return not head or (head.startswith(SQLITE_HEAD) and head[18:20] == WAL_MARK)


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError:
        return False
    return True


def serve(port: int) -> None:
    """Become the server: gunicorn in this very process, so that Ctrl+C and a supervisor's signals reach it."""
    from django.db import connections

    connections.close_all()
    binds = [f"--bind=127.0.0.1:{port}"]
    if socket.has_ipv6 and _is_free("::1", port):
        binds.append(f"--bind=[::1]:{port}")
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "xinya.site.wsgi",
        "--workers=2",
        "--threads=4",
        "--preload",  # loaded once and not in each worker: the pages are there sooner, and the workers share its memory
        "--log-level=warning",
        "--no-control-socket",
    ]
    command += binds
    os.environ["DJANGO_SETTINGS_MODULE"] = "xinya.site.settings"
    start_worker()
    os.execv(sys.executable, command)  # noqa: S606


def start_worker() -> None:
    """The worker of the queue beside the pages; it ends by itself when this process does."""
    command = [sys.executable, "-m", "xinya.cli", "later", "work", "--parent", str(os.getpid())]
    subprocess.Popen(command, stdin=subprocess.DEVNULL)
